import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { type NewObject, objectId } from "./pack.ts";

/** Stores one object in a file of its own, and gives its id. Garbage collection takes it two weeks later. */
export async function writeLoose(directory: string, object: NewObject): Promise<string> {
  const oid = objectId(object);
  const folder = join(directory, "objects", oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (existsSync(file)) return oid;
  const draft = join(directory, "objects", `tmp_obj_${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(
    draft,
    deflateSync(Buffer.concat([Buffer.from(`${object.type} ${object.data.length}\0`), object.data])),
  );
  await rename(draft, file);
  return oid;
}
