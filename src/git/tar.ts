/** One entry of a tar archive. Names are git's own bytes as latin1 strings, below the archive's root. */
export type TarEntry = { readonly path: string; readonly modifiedAt: Date } & (
  | { readonly is: "file"; readonly size: number; readonly isExecutable: boolean }
  | { readonly is: "link"; readonly target: string }
  | { readonly is: "folder" }
);

const blockBytes = 512;
/** Most that the fields of the old format hold; what is longer goes into an extended header before it. */
const [maxName, maxSize] = [100, 0o77777777777];

/** What ends an archive. */
export const tarEnd: Uint8Array = Buffer.alloc(2 * blockBytes);

/** Zeros after content of this size, up to the next block. */
export const tarPadding = (size: number): Uint8Array => Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);

/**
 * What stands before the content of an entry: a ustar header (POSIX.1-1988), after a pax header (POSIX.1-2001) where a
 * name is long or not ASCII. Owner and group are 0. A name that is not UTF-8 keeps its bytes: `hdrcharset=BINARY`.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const name = entry.is === "folder" ? `${entry.path}/` : entry.path;
  const target = entry.is === "link" ? entry.target : "";
  const size = entry.is === "file" ? entry.size : 0;
  const records = [
    ...[name, target]
      .filter(isForeign)
      .slice(0, 1)
      .map(() => record("hdrcharset", "BINARY")),
    ...(isPlain(name) ? [] : [record("path", name)]),
    ...(isPlain(target) ? [] : [record("linkpath", target)]),
    ...(size > maxSize ? [record("size", String(size))] : []),
  ].join("");
  const own = block({ ...shapeOf(entry), name, target, size, modifiedAt: entry.modifiedAt });
  if (records === "") return own;
  const before = { type: "x", mode: 0o644, name: "pax", target: "", size: records.length };
  const extended = Buffer.from(records, "latin1");
  return Buffer.concat([block({ ...before, modifiedAt: entry.modifiedAt }), extended, tarPadding(records.length), own]);
}

function shapeOf(entry: TarEntry): { readonly type: string; readonly mode: number } {
  if (entry.is === "folder") return { type: "5", mode: 0o755 };
  if (entry.is === "link") return { type: "2", mode: 0o777 };
  return { type: "0", mode: entry.isExecutable ? 0o755 : 0o644 };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what the old format holds.
const isPlain = (name: string): boolean => name.length <= maxName && /^[\x00-\x7f]*$/.test(name);

/** Whether these bytes are no UTF-8. */
function isForeign(name: string): boolean {
  const bytes = Buffer.from(name, "latin1");
  return !bytes.equals(Buffer.from(bytes.toString("utf8"), "utf8"));
}

/** A record of an extended header: its length, itself included, counts in bytes. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length += 1;
  return `${length}${rest}`;
}

interface Block {
  readonly type: string;
  readonly mode: number;
  readonly name: string;
  readonly target: string;
  readonly size: number;
  readonly modifiedAt: Date;
}

function block({ type, mode, name, target, size, modifiedAt }: Block): Buffer {
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, length: number): void => {
    header.write(value.toString(8).padStart(length - 1, "0"), at, "latin1");
  };
  const seconds = Math.max(0, Math.floor(modifiedAt.getTime() / 1_000));
  header.write(name.slice(0, maxName), 0, "latin1");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(Math.min(size, maxSize), 124, 12);
  octal(Math.min(seconds, maxSize), 136, 12);
  header.write(`        ${type}`, 148, "latin1");
  header.write(target.slice(0, maxName), 157, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  header[155] = 0x20;
  return header;
}
