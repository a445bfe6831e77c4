import { join } from "node:path";
import type { RunChange } from "../../schema/change.ts";
import type { Owner } from "../unpack.ts";
import type { Confinement } from "./confinement.ts";
import type { RunFolder } from "./run-folder.ts";
import { enterScript, groupScript, roomScript } from "./script.ts";
import type { ToolName, Tools } from "./tool.ts";
import { makeView, places } from "./view.ts";

export interface LaunchOptions {
  readonly id: string;
  readonly wish: Pick<RunChange, "command" | "env" | "directory" | "network">;
  readonly folder: RunFolder;
  readonly confinement: Confinement;
  /** Whom the command becomes, where it does. */
  readonly owner: Owner | undefined;
  readonly tools: Tools;
  readonly path: string;
  readonly hidden: readonly string[];
  readonly most: { readonly processes: number; readonly fileBytes: number; readonly dataBytes: number };
}

/** A program with its arguments, and what its processes can be known by. */
export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
}

/** Inside a user namespace the command is nobody in particular. */
const nobody: Owner = { uid: 65_532, gid: 65_532 };

/** Makes what the run sees, and gives what starts it. */
export function launch(options: LaunchOptions): Launch {
  const { confinement, folder, wish, tools } = options;
  if (confinement.by === "Nothing")
    return { file: tool(tools, "sh"), args: ["-c", groupScript, "run", ...chain(options)] };
  const steps = makeView(
    { folder, network: wish.network, path: options.path, hidden: options.hidden },
    options.owner ?? nobody,
  );
  const closed = wish.network === "None";
  return {
    file: tool(tools, "unshare"),
    args: [
      ...(confinement.by === "UserNamespace" ? ["--user", "--map-root-user"] : []),
      ...["--mount", "--pid", "--ipc", "--uts", ...(closed ? ["--net"] : []), "--fork", "--kill-child", "--"],
      ...[tool(tools, "sh"), "-c", roomScript, "run", folder.view, ...steps],
      ...(closed && tools.ip ? ["loopback", tools.ip] : []),
      ...(confinement.by === "UserNamespace" ? ["alone"] : []),
      "--",
      ...chain(options),
    ],
  };
}

/** Gives up what the leader may do, takes the limits, and becomes the command. */
function chain(options: LaunchOptions): readonly string[] {
  const { tools, wish, confinement, folder } = options;
  const apart = confinement.by !== "Nothing";
  const { files, home, temporary } = apart ? places : folder;
  return [
    ...fewerRights(options),
    ...limits(options),
    ...[tool(tools, "env"), "-i", `PATH=${options.path}`, `HOME=${home}`, `TMPDIR=${temporary}`, "LANG=C.UTF-8"],
    ...(apart ? [] : [mark(options.id)]),
    ...wish.env.map(({ name, value }) => `${name}=${value}`),
    ...[tool(tools, "sh"), "-c", enterScript, "run", join(files, wish.directory ?? ""), ...wish.command],
  ];
}

/** In the environment of a run's processes where they have no namespace that ends with them. */
export const mark = (id: string): string => `MILLRACE_RUN=${id}`;

function fewerRights({ tools, confinement, owner }: LaunchOptions): readonly string[] {
  if (confinement.by === "UserNamespace") {
    const self = [`--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`];
    return [tool(tools, "unshare"), "--user", ...self, "--", tool(tools, "setpriv"), "--no-new-privs", "--"];
  }
  if (!owner) return tools.setpriv ? [tools.setpriv, "--no-new-privs", "--"] : [];
  return [
    ...[tool(tools, "setpriv"), `--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups", "--no-new-privs"],
    ...["--inh-caps=-all", "--bounding-set=-all", "--"],
  ];
}

/** Of each process. Those of one user count together only where the user is the run's own. */
function limits({ tools, confinement, owner, most }: LaunchOptions): readonly string[] {
  if (!tools.prlimit) return [];
  const own = confinement.by !== "Nothing" || owner !== undefined;
  return [
    ...[tools.prlimit, "--core=0", `--fsize=${most.fileBytes}`, `--data=${most.dataBytes}`, "--nofile=4096"],
    ...(own ? [`--nproc=${most.processes}`] : []),
    "--",
  ];
}

function tool(tools: Tools, name: ToolName): string {
  const found = tools[name];
  if (found === undefined) throw new Error(`there is no ${name} on the search path of commands`);
  return found;
}
