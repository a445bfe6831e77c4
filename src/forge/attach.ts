import { ForgeError } from "../reconcilers/errors.ts";
import { call, type named, type Rest } from "./call.ts";
import { type GitHubAsset, type GitHubRelease, homeOf, isWhole } from "./release.ts";

export interface AttachOptions {
  readonly rest: Rest;
  /** Root of the API that takes files. */
  readonly uploads: string;
  readonly release: {
    readonly named: ReturnType<typeof named>;
    /** Completes "could not …". */
    readonly doing: string;
    readonly read: () => Promise<GitHubRelease | undefined>;
  };
  readonly signal: AbortSignal;
}

/** Adds a file to a release, once. What an upload left that broke off is put away first, as GitHub wants it. */
export async function attachAsset(options: AttachOptions, name: string, content: Uint8Array): Promise<void> {
  const { rest, uploads, release, signal } = options;
  const { named, doing, read } = release;
  const found = await read();
  if (!found) throw new ForgeError("absent", `could not ${doing}: there is no such release`);
  const there = found.assets.find((asset) => asset.name === name);
  if (there && isThere(there, content, doing)) return;
  try {
    await call(doing, signal, async () => {
      const request = { signal };
      if (there) await rest.repos.deleteReleaseAsset({ ...named, asset_id: there.id, request });
      await rest.repos.uploadReleaseAsset({
        ...{ ...(homeOf(found) ?? named), release_id: found.id, name, baseUrl: uploads, request },
        headers: { "content-type": "application/octet-stream" },
        // Octokit hands on what it is given; its types know of text alone.
        data: content as unknown as string,
      });
    });
  } catch (error) {
    const isDoubtful = error instanceof ForgeError && (error.code === "rejected" || error.code === "unavailable");
    const uploaded = isDoubtful ? (await read())?.assets.find((asset) => asset.name === name) : undefined;
    if (!uploaded || !isThere(uploaded, content, doing)) throw error;
  }
}

/** Whether it is this file. Another one, which somebody put there, is left alone. */
function isThere(asset: GitHubAsset, { byteLength }: Uint8Array, doing: string): boolean {
  if (!isWhole(asset) || asset.size === byteLength) return isWhole(asset);
  const sizes = `of ${asset.size} bytes, and not of ${byteLength}`;
  throw new ForgeError("conflict", `could not ${doing}: another file of that name is there, ${sizes}; remove either`);
}
