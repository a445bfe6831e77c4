import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Forge } from "../forge.ts";
import { Problem } from "../http/problem.ts";
import type { Repository } from "../store/record.ts";
import { type Asset, assets } from "./record.ts";

/** GitHub takes files of less than 2 GiB. */
const limitBytes = 2 * 1024 ** 3;

/** Files live with the repository: they go with it, and stay when it is renamed. */
const folderOf = (forge: Forge, repository: Repository): string =>
  join(forge.git.at(repository.directory).path, "release-assets");

/** Keeps the bytes of an upload under their digest; nothing is left of one that breaks off. */
export async function keepAssetFile(
  forge: Forge,
  repository: Repository,
  bytes: Readable,
): Promise<{ readonly size: number; readonly digest: string }> {
  const folder = folderOf(forge, repository);
  mkdirSync(folder, { recursive: true });
  const partial = join(folder, `${randomUUID()}.partial`);
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      hash.update(chunk);
      done(size >= limitBytes ? new Problem(413, "An asset must be smaller than 2 GiB.") : null, chunk);
    },
  });
  try {
    await pipeline(bytes, measure, createWriteStream(partial, { flush: true }));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  const digest = hash.digest("hex");
  renameSync(partial, join(folder, digest));
  return { size, digest };
}

/** The bytes of an asset. */
export const readAssetFile = (forge: Forge, repository: Repository, { digest }: Asset): Readable =>
  createReadStream(join(folderOf(forge, repository), digest));

/** Removes an asset's bytes, unless another asset has the same. */
export function removeAssetFile(forge: Forge, repository: Repository, { digest }: Asset): void {
  const isShared = [...forge.store.all(assets, repository.id).values()].some((each) => each.digest === digest);
  if (!isShared) rmSync(join(folderOf(forge, repository), digest), { force: true });
}
