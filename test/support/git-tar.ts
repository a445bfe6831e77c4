import { tarEnd, tarHeader, tarPadding } from "../../src/git/tar.ts";
import { type Files, modeOf } from "./git-objects.ts";

/** The archive of a tree. */
export function* tarOf(files: Files, modifiedAt: Date): Generator<Uint8Array> {
  for (const [name, content] of files) {
    const [path, mode] = [Buffer.from(name).toString("latin1"), modeOf(content)];
    if (mode === "Link") {
      yield tarHeader({ is: "link", path, target: Buffer.from(content).toString("latin1"), modifiedAt });
      continue;
    }
    yield tarHeader({ is: "file", path, size: content.length, isExecutable: mode === "Executable", modifiedAt });
    yield content;
    yield tarPadding(content.length);
  }
  yield tarEnd;
}
