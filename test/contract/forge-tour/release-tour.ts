import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { statusOf, type TourWorld } from "./world.ts";

/** Releases, their files, and generated notes. */
export async function tourReleases({ owner, repo, forge }: TourWorld): Promise<void> {
  const { data: draft } = await owner.repos.createRelease({ ...repo, tag_name: "v0.9.0", draft: true, name: "Draft" });
  assert.equal(await statusOf(owner.repos.getLatestRelease(repo)), 404);
  await owner.repos.deleteRelease({ ...repo, release_id: draft.id });
  const { data: first } = await owner.repos.createRelease({
    ...repo,
    tag_name: "v1.0.0",
    generate_release_notes: true,
  });
  assert.equal((await owner.git.getRef({ ...repo, ref: "tags/v1.0.0" })).data.object.type, "commit");
  assert.equal(await statusOf(owner.repos.createRelease({ ...repo, tag_name: "v1.0.0" })), 422);
  const next = { ...repo, tag_name: "v1.1.0-rc.1", prerelease: true, draft: true };
  const { data: second } = await owner.repos.createRelease(next);
  await owner.repos.updateRelease({ ...repo, release_id: second.id, draft: false });
  await owner.repos.updateRelease({ ...repo, release_id: second.id, body: "Notes" });
  await owner.repos.listReleases(repo);
  assert.equal((await owner.repos.getLatestRelease(repo)).data.tag_name, "v1.0.0");
  await owner.repos.getReleaseByTag({ ...repo, tag: "v1.1.0-rc.1" });
  const release = { ...repo, release_id: first.id };
  await owner.repos.getRelease(release);
  await owner.repos.generateReleaseNotes({ ...repo, tag_name: "v1.2.0" });

  const data = Buffer.from("binary\0bytes") as unknown as string;
  const file = { ...release, name: "mill race.tar.gz", data, headers: { "content-type": "application/gzip" } };
  const { data: asset } = await owner.repos.uploadReleaseAsset({ ...file, baseUrl: `${forge.url}/api/uploads` });
  assert.equal(asset.name, "mill.race.tar.gz");
  assert.equal(asset.size, 12);
  assert.equal(asset.digest, `sha256:${createHash("sha256").update("binary\0bytes").digest("hex")}`);
  assert.equal(await statusOf(owner.repos.uploadReleaseAsset({ ...file, baseUrl: `${forge.url}/api/uploads` })), 422);
  const one = { ...repo, asset_id: asset.id };
  await owner.repos.getReleaseAsset(one);
  const accept = { accept: "application/octet-stream" };
  const { data: bytes } = await owner.repos.getReleaseAsset({ ...one, headers: accept });
  assert.equal(Buffer.from(bytes as unknown as ArrayBuffer).toString(), "binary\0bytes");
  const download = await fetch(asset.browser_download_url);
  assert.equal(await download.text(), "binary\0bytes");
  await owner.repos.updateReleaseAsset({ ...one, label: "For Linux" });
  assert.equal((await owner.repos.listReleaseAssets(release)).data[0]!.download_count, 2);
  await owner.repos.deleteReleaseAsset(one);
}
