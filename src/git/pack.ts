import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

/** An object to be stored: its id follows from type and data. */
export interface NewObject {
  readonly type: "commit" | "tree" | "blob";
  readonly data: Uint8Array;
}

const codes = { commit: 1, tree: 2, blob: 3 } as const;

/** Whether this is a whole SHA-1, as git writes it. */
export const isObjectId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

/** The SHA-1 by which git knows an object. */
export function objectId({ type, data }: NewObject): string {
  return createHash("sha1").update(`${type} ${data.byteLength}\0`).update(data).digest("hex");
}

/** A packfile (version 2, no deltas) of these objects: what `git index-pack --stdin` takes. */
export function packOf(objects: readonly NewObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([
    header,
    ...objects.flatMap(({ type, data }) => [sizeOf(codes[type], data.byteLength), deflateSync(data)]),
  ]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

/** Type and size of an entry: four bits of the size in the first byte, then seven in each. */
function sizeOf(code: number, size: number): Buffer {
  const bytes: number[] = [(code << 4) | (size & 0x0f)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}
