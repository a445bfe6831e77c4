import { ByteReader } from "./byte-reader.ts";
import { blockSize, parseHeader, parsePax, TarError, type TarHeader } from "./tar-header.ts";

/** Something that a tar stream holds. */
export interface TarEntry {
  /** As it stands in the stream, unchecked: see `partsOf` before it becomes a path. */
  readonly name: Buffer;
  readonly is: "File" | "Executable" | "Link" | "Directory";
  readonly size: number;
  /** Where a link leads to. */
  readonly target: Buffer;
  /** To be read, if at all, before the next entry is asked for. */
  content(): AsyncIterable<Buffer>;
  /** The same at once. */
  whole(): Promise<Buffer>;
}

/** A pax header or a long name is no longer than this. */
const maxExtraBytes = 1024 * 1024;

/**
 * What a tar stream (ustar, pax, GNU long names) holds, one by one, without ever holding a file in memory. Hard links, devices,
 * fifos and whatever git has no word for end it with a TarError, a stream that is cut off with a CutOffError.
 */
export async function* readTar(stream: AsyncIterable<Uint8Array>): AsyncIterable<TarEntry> {
  const source = new ByteReader(stream);
  let extra: Extra = {};
  try {
    while (true) {
      const header = parseHeader(await source.take(blockSize));
      if (!header) return;
      const more = await extraOf(header, source);
      if (more) {
        extra = { ...extra, ...more };
        continue;
      }
      const size = extra.size ?? header.size;
      const content = source.section(size);
      yield {
        name: extra.name ?? header.name,
        is: kindOf(header),
        size,
        target: extra.target ?? header.target,
        content: () => content.read(),
        whole: () => content.whole(),
      };
      await content.skip();
      await source.skip(paddingOf(size));
      extra = {};
    }
  } finally {
    await source.close();
  }
}

/** What headers that come before an entry say about it. */
interface Extra {
  readonly name?: Buffer;
  readonly target?: Buffer;
  readonly size?: number;
}

const paddingOf = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

/** Undefined where the header is an entry's own. */
async function extraOf(header: TarHeader, source: ByteReader): Promise<Extra | undefined> {
  if (!"xgLK".includes(header.type)) return undefined;
  if (header.size > maxExtraBytes) throw new TarError(`a header has ${header.size} bytes; ${maxExtraBytes} at most`);
  const body = await source.take(header.size);
  await source.skip(paddingOf(header.size));
  switch (header.type) {
    case "x":
      return ofPax(parsePax(body));
    case "L":
      return { name: withoutEnd(body) };
    case "K":
      return { target: withoutEnd(body) };
    default:
      return {}; // For all entries: git writes the commit id there.
  }
}

function ofPax(values: ReadonlyMap<string, Buffer>): Extra {
  const [name, target, size] = [values.get("path"), values.get("linkpath"), values.get("size")];
  if (size && !/^\d{1,15}$/.test(size.toString()))
    throw new TarError(`the size ${JSON.stringify(`${size}`)} is no number`);
  return {
    ...(name && { name: Buffer.from(name) }),
    ...(target && { target: Buffer.from(target) }),
    ...(size && { size: Number(size) }),
  };
}

const withoutEnd = (text: Buffer): Buffer => {
  const end = text.indexOf(0);
  return Buffer.from(end < 0 ? text : text.subarray(0, end));
};

function kindOf({ type, mode, name }: TarHeader): TarEntry["is"] {
  switch (type) {
    case "0":
    case "7":
    case "\0":
      return (mode & 0o100) === 0 ? "File" : "Executable";
    case "2":
      return "Link";
    case "5":
      return "Directory";
    default:
      throw new TarError(
        `${JSON.stringify(`${name}`)} is of type ${JSON.stringify(type)}: neither file, link nor directory`,
      );
  }
}
