/** A file of a commit: text, or bytes with a mode. A link's content is where it leads to. */
export type Given = string | { readonly content: string | Uint8Array; readonly mode?: "File" | "Executable" | "Link" };
/** Files by path. Names are written as UTF-8. */
export type GivenFiles = Readonly<Record<string, Given>>;

/** One header block, as ustar has it; `type` is one character. */
export function tarHeader(name: Buffer, fields: { type: string; size: number; mode: number; target?: Buffer }): Buffer {
  const block = Buffer.alloc(512);
  name.copy(block, 0, 0, 100);
  block.write(fields.mode.toString(8).padStart(7, "0"), 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(fields.size.toString(8).padStart(11, "0"), 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(fields.type, 156);
  (fields.target ?? Buffer.alloc(0)).copy(block, 157, 0, 100);
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

export const padded = (content: Uint8Array): Buffer =>
  Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);

/** A pax header for what comes next. */
export function paxHeader(values: Readonly<Record<string, Buffer>>): Buffer {
  const records = Buffer.concat(
    Object.entries(values).map(([key, value]) => {
      const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
      let length = rest.length + 1;
      while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
      return Buffer.concat([Buffer.from(`${length}`), rest]);
    }),
  );
  return Buffer.concat([
    tarHeader(Buffer.from("pax"), { type: "x", size: records.length, mode: 0o644 }),
    padded(records),
  ]);
}

export function tarEntry(name: Buffer, given: Given): Buffer {
  const { content, mode = "File" } = typeof given === "string" ? { content: given } : given;
  const bytes = Buffer.from(content as string);
  const long = name.length > 100 || (mode === "Link" && bytes.length > 100);
  const pax = long ? [paxHeader({ path: name, ...(mode === "Link" && { linkpath: bytes }) })] : [];
  const header =
    mode === "Link"
      ? tarHeader(name, { type: "2", size: 0, mode: 0o777, target: bytes })
      : tarHeader(name, { type: "0", size: bytes.length, mode: mode === "Executable" ? 0o755 : 0o644 });
  return Buffer.concat([...pax, header, mode === "Link" ? Buffer.alloc(0) : padded(bytes)]);
}

export const tarEnd = Buffer.alloc(1024);

/** A tar stream of some files. */
export async function* tarOf(files: GivenFiles): AsyncIterable<Uint8Array> {
  for (const [path, given] of Object.entries(files)) yield tarEntry(Buffer.from(path), given);
  yield tarEnd;
}
