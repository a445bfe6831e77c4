/** What a header block of a tar stream says. Names are bytes: git holds them so. */
export interface TarHeader {
  readonly name: Buffer;
  readonly mode: number;
  readonly size: number;
  /** One character; `\0` stands for a file. */
  readonly type: string;
  readonly target: Buffer;
}

/** A stream that is no tar, or holds what a commit cannot. Its message names the place and the value. */
export class TarError extends Error {
  override readonly name = "TarError";
}

export const blockSize = 512;

/** POSIX ustar with GNU's numbers. Undefined for the empty block that ends a stream; throws a TarError on anything else. */
export function parseHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (numberAt(block, 148, 8) !== checksum(block)) throw new TarError("a header's checksum is wrong: it is no tar");
  const ustar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = ustar ? textAt(block, 345, 155) : Buffer.alloc(0);
  const name = textAt(block, 0, 100);
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from("/"), name]) : name,
    mode: numberAt(block, 100, 8),
    size: numberAt(block, 124, 12),
    type: String.fromCharCode(block[156]!),
    target: textAt(block, 157, 100),
  };
}

/** `LENGTH KEY=VALUE\n` again and again, where LENGTH counts the whole record. */
export function parsePax(records: Buffer): ReadonlyMap<string, Buffer> {
  const values = new Map<string, Buffer>();
  let at = 0;
  while (at < records.length) {
    const space = records.indexOf(0x20, at);
    const length = Number(records.toString("latin1", at, Math.max(at, space)));
    const equals = records.indexOf(0x3d, space);
    const end = at + length;
    if (!Number.isInteger(length) || space < 0 || equals < 0 || equals >= end || end > records.length)
      throw new TarError("a pax record is malformed");
    values.set(records.toString("utf8", space + 1, equals), records.subarray(equals + 1, end - 1));
    at = end;
  }
  return values;
}

function textAt(block: Buffer, offset: number, length: number): Buffer {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end));
}

function numberAt(block: Buffer, offset: number, length: number): number {
  const field = block.subarray(offset, offset + length);
  // GNU: the first bit says that the rest is the number itself.
  if (field[0]! & 0x80) return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const text = textAt(block, offset, length).toString("latin1").trim();
  if (text !== "" && !/^[0-7]+$/.test(text)) throw new TarError(`${JSON.stringify(text)} is not an octal number`);
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** Over all bytes of the block, with spaces in place of the sum itself. */
const checksum = (block: Buffer): number =>
  block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
