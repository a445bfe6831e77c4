import { Problem } from "../http/problem.ts";

/** What is at an offset of pkt-lines: a line, a flush (or delimiter), or not enough bytes to tell. */
export type Packet =
  | { readonly is: "line"; readonly payload: Buffer; readonly next: number }
  | { readonly is: "flush"; readonly next: number }
  | { readonly is: "partial" };

/** Reads one pkt-line; 400 where the four digits are none. */
export function packetAt(bytes: Buffer, offset: number): Packet {
  if (bytes.length < offset + 4) return { is: "partial" };
  const digits = bytes.toString("latin1", offset, offset + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new Problem(400, `pkt-line length "${digits}" is not hexadecimal`);
  const length = Number.parseInt(digits, 16);
  if (length < 4) return { is: "flush", next: offset + 4 };
  if (bytes.length < offset + length) return { is: "partial" };
  return { is: "line", payload: bytes.subarray(offset + 4, offset + length), next: offset + length };
}

/** Every whole line in `bytes`, flushes left out; what follows the last whole one is ignored. */
export function* packetLines(bytes: Buffer): Iterable<Buffer> {
  for (let offset = 0; ; ) {
    const packet = packetAt(bytes, offset);
    if (packet.is === "partial") return;
    if (packet.is === "line") yield packet.payload;
    offset = packet.next;
  }
}

/** The lines of a whole request up to its first flush; delimiters are left out. */
export function linesUntilFlush(bytes: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let offset = 0; ; ) {
    const packet = packetAt(bytes, offset);
    if (packet.is === "partial") return lines;
    if (packet.is === "line") lines.push(packet.payload.toString("utf8").replace(/\n$/, ""));
    else if (bytes.toString("latin1", offset, offset + 4) === "0000") return lines;
    offset = packet.next;
  }
}

/** One pkt-line with this text. */
export const packet = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
