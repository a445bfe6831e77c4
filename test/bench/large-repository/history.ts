import { spawn } from "node:child_process";
import { once } from "node:events";

/** How large a repository is made. */
export interface Size {
  readonly files: number;
  readonly commits: number;
}

const words = "gate mill water wheel stone river sluice channel flume paddle grain flour weir pond race".split(" ");

/** The path of one of the files: three folders deep, some forty files in each. */
export const pathOf = (file: number): string => `part-${file % 50}/area-${file % 250}/unit-${file % 2_500}/${file}.txt`;

/** Half a kilobyte that differs from file to file and from version to version. */
export function contentOf(file: number, version: number): string {
  let seed = file * 2_654_435_761 + version;
  const lines = Array.from({ length: 10 }, (_, line) => {
    const some = Array.from({ length: 8 }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return words[(seed >>> 8) % words.length];
    });
    return `${line} ${some.join(" ")}`;
  });
  return `${lines.join("\n")}\nversion = ${version}\n`;
}

/** Fills a bare repository: all files in the first commit, and three changed in each of those that follow. */
export async function importHistory(directory: string, { files, commits }: Size): Promise<void> {
  const child = spawn("git", ["-C", directory, "fast-import", "--quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(child, "exit");
  const put = async (text: string): Promise<void> => {
    if (!child.stdin.write(text)) await once(child.stdin, "drain");
  };
  const blob = (file: number, version: number): string => {
    const content = contentOf(file, version);
    return `M 100644 inline ${pathOf(file)}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
  };
  for (let commit = 0; commit < commits; commit++) {
    const message = `Commit ${commit}`;
    const when = 1_600_000_000 + commit * 3_600;
    await put(`commit refs/heads/main\ncommitter Pat Person <pat@example.com> ${when} +0000\n`);
    await put(`data ${message.length}\n${message}\n`);
    if (commit === 0) for (let file = 0; file < files; file++) await put(blob(file, 0));
    else for (let n = 0; n < 3; n++) await put(blob((commit * 7_919 + n * 104_729) % files, commit));
    await put("\n");
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}
