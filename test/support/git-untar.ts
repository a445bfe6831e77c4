/** One entry of an archive. Names are latin1 strings of its own bytes. */
export interface Untarred {
  readonly path: string;
  /** As tar names it: 0 file, 2 link, 5 folder. */
  readonly type: string;
  readonly mode: number;
  readonly content: Buffer;
  readonly target: string;
  readonly seconds: number;
}

/** Reads a whole archive (ustar, with pax headers). Throws where a checksum or the end is not right. */
export async function untar(archive: AsyncIterable<Uint8Array>): Promise<Untarred[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece);
  const data = Buffer.concat(pieces);
  const entries: Untarred[] = [];
  let pax = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const header = data.subarray(at, at + 512);
    if (header.every((byte) => byte === 0)) {
      if (data.length !== at + 1024) throw new Error(`the archive has ${data.length - at} bytes at its end`);
      return entries;
    }
    const size = Number(pax.get("size") ?? octal(header, 124, 12));
    const content = data.subarray(at + 512, at + 512 + size);
    check(header);
    at += 512 + Math.ceil(size / 512) * 512;
    const type = header.toString("latin1", 156, 157);
    if (type === "x") {
      pax = recordsOf(content);
      continue;
    }
    const [path, target] = [pax.get("path") ?? text(header, 0, 100), pax.get("linkpath") ?? text(header, 157, 100)];
    entries.push({ path, type, mode: octal(header, 100, 8), content, target, seconds: octal(header, 136, 12) });
    pax = new Map();
  }
  throw new Error("the archive has no end");
}

const octal = (header: Buffer, at: number, length: number): number =>
  Number.parseInt(text(header, at, length).trim() || "0", 8);

const text = (header: Buffer, at: number, length: number): string =>
  header.toString("latin1", at, at + length).replace(/\0.*$/s, "");

function check(header: Buffer): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw new Error("a header has a wrong checksum");
  if (header.toString("latin1", 257, 265) !== "ustar\x0000") throw new Error("a header is not ustar");
}

function recordsOf(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString("latin1", at, space));
    const line = data.toString("latin1", space + 1, at + length);
    if (!line.endsWith("\n")) throw new Error("a pax record has a wrong length");
    const equals = line.indexOf("=");
    records.set(line.slice(0, equals), line.slice(equals + 1, -1));
    at += length;
  }
  return records;
}
