import type { LogEntry } from "../reconcilers/git-port.ts";
import type { Visit } from "./mirrors.ts";

export interface Range {
  readonly from: string | undefined;
  readonly to: string;
  readonly most: number;
}

/** What of a commit git lists: an empty field before each, since no path is empty. Messages are read from the objects. */
const logArgs = [
  ...["-c", "log.showRoot=true", "log", "--topo-order", "--format=%x00%H %P", "-z", "--name-only", "--no-renames"],
  ...["--diff-merges=first-parent", "--ignore-submodules=none", "--no-ext-diff", "--no-textconv", "--no-notes"],
];

/** Commits of a history, the newest first, by one process. Only folders are compared, so no file has to be fetched. */
export async function historyOf(visit: Visit, { from, to, most }: Range): Promise<readonly LogEntry[]> {
  const { objects, commands, mirror, title, signal } = visit;
  for (const sha of from === undefined ? [to] : [to, from]) await objects.existing(sha);
  const range = [`--max-count=${most}`, to, ...(from === undefined ? [] : [`^${from}`]), "--"];
  const call = { doing: `list the history of ${title}`, args: [...logArgs, ...range], signal };
  const listed = parseLog(await commands.output(mirror, call));
  return Promise.all(
    listed.map(async ({ sha, parents, paths }) => {
      const { message } = await objects.existing(sha);
      return { sha, message, parents, paths };
    }),
  );
}

/** Reads fields that end with NUL: nothing, `commit parent…`, and paths, before the first of which is a line break. */
function parseLog(output: Buffer): Omit<LogEntry, "message">[] {
  const entries: (Omit<LogEntry, "message"> & { readonly paths: string[] })[] = [];
  const fields = output.toString("utf8").split("\0");
  for (let at = 0; at < fields.length - 1; at++) {
    const field = fields[at]!;
    if (field === "") {
      at += 1;
      const [sha = "", ...parents] = fields[at]!.split(" ").filter(Boolean);
      entries.push({ sha, parents, paths: [] });
    } else {
      const { paths } = entries.at(-1)!;
      paths.push(paths.length === 0 ? field.slice(1) : field);
    }
  }
  return entries;
}
