import type { LogEntry } from "../reconcilers/git-port.ts";
import type { Visit } from "./mirrors.ts";

export interface Range {
  readonly from: string | undefined;
  readonly to: string;
  readonly most: number;
}

/** What of a commit git lists: an empty field before each, since no path is empty. Whatever encoding it names, in UTF-8. */
const logArgs = [
  ...["-c", "log.showRoot=true", "log", "--topo-order", "--format=%x00%H %P%x00%B", "-z", "--name-only"],
  ...["--encoding=UTF-8", "--no-renames", "--diff-merges=first-parent", "--ignore-submodules=none"],
  ...["--no-ext-diff", "--no-textconv", "--no-notes", "--no-color"],
];

/** Commits of a history, the newest first, by one process. Only folders are compared, so no file has to be fetched. */
export async function historyOf(visit: Visit, { from, to, most }: Range): Promise<readonly LogEntry[]> {
  const { objects, commands, mirror, title, signal } = visit;
  for (const sha of from === undefined ? [to] : [to, from]) await objects.existing(sha);
  const range = [`--max-count=${most}`, to, ...(from === undefined ? [] : [`^${from}`]), "--"];
  const call = { doing: `list the history of ${title}`, args: [...logArgs, ...range], signal };
  return parseLog(await commands.output(mirror, call));
}

/** Reads fields that end with NUL: nothing, `commit parent…`, the message, and paths, before the first of which is a line break. */
function parseLog(output: Buffer): LogEntry[] {
  const entries: (LogEntry & { readonly paths: string[] })[] = [];
  const fields = output.toString("utf8").split("\0");
  for (let at = 0; at < fields.length - 1; at++) {
    const field = fields[at]!;
    if (field === "") {
      const [sha = "", ...parents] = fields[at + 1]!.split(" ").filter(Boolean);
      entries.push({ sha, parents, message: fields[at + 2]!, paths: [] });
      at += 2;
    } else {
      const { paths } = entries.at(-1)!;
      paths.push(paths.length === 0 ? field.slice(1) : field);
    }
  }
  return entries;
}
