import { randomUUID } from "node:crypto";
import { chmod, mkdir } from "node:fs/promises";
import { Child } from "./child.ts";
import { type Confinement, ownerAt } from "./confinement.ts";
import { launch, mark } from "./launch.ts";
import { removeTree } from "./remove.ts";
import { folderOf } from "./run-folder.ts";
import type { ToolName, Tools } from "./tool.ts";

export interface ProbeOptions {
  readonly directory: string;
  readonly path: string;
  readonly hidden: readonly string[];
  readonly tools: Tools;
  /** Who we are. */
  readonly uid: number | undefined;
}

const needed: readonly ToolName[] = [
  ...(["sh", "env", "unshare", "mount", "umount", "pivot_root", "rmdir", "setpriv", "prlimit"] as const),
];
const patienceMs = 10_000;

/** Finds out how far commands can be kept apart here, by doing it with a command that does nothing. */
export async function probe(options: ProbeOptions): Promise<Confinement> {
  const { tools, uid } = options;
  const missing = needed.filter((name) => tools[name] === undefined);
  if (missing.length > 0) return nothing(`there is no ${missing.join(", ")} on the search path of commands`, options);
  const ways: readonly Confinement[] = [...(uid === 0 ? [{ by: "Root" } as const] : []), { by: "UserNamespace" }];
  const failures: string[] = [];
  for (const way of ways) {
    const failure = await attempt(way, options);
    if (failure === undefined) return way;
    failures.push(failure);
  }
  return nothing(failures.join("; "), options);
}

async function nothing(why: string, options: ProbeOptions): Promise<Confinement> {
  const other: Confinement = { by: "Nothing", why, otherUser: true };
  const can = options.uid === 0 && options.tools.setpriv !== undefined && (await attempt(other, options)) === undefined;
  return { ...other, otherUser: can };
}

/** What went wrong; undefined where all went well. */
async function attempt(confinement: Confinement, options: ProbeOptions): Promise<string | undefined> {
  const folder = folderOf(options.directory, `probe-${randomUUID()}`);
  try {
    await mkdir(folder.root, { recursive: true, mode: 0o711 });
    for (const each of [folder.files, folder.home, folder.temporary]) {
      await mkdir(each);
      await chmod(each, 0o777);
    }
    const started = launch({
      ...options,
      id: "probe",
      wish: { command: ["true"], env: [], network: confinement.by === "Nothing" ? "Open" : "None" },
      folder,
      confinement,
      owner: ownerAt(0, confinement),
      most: { processes: 64, fileBytes: 1024, dataBytes: 1024 * 1024 * 1024 },
    });
    const child = new Child(started, { path: options.path, mark: mark("probe"), apart: confinement.by !== "Nothing" });
    const timer = setTimeout(() => child.kill(), patienceMs);
    const { code } = await child.ended.finally(() => clearTimeout(timer));
    return code === 0 ? undefined : child.complaint.text() || "it did not answer within 10 s";
  } finally {
    await removeTree(folder.root);
  }
}
