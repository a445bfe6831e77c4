import { logTo, nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { invalid, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { creating } from "../rest/lookup.ts";
import { keepAssetFile, readAssetFile, removeAssetFile } from "./asset-file.ts";
import { type Asset, assets, assetsOf, latestRelease, type Release, releases, releasesOf } from "./record.ts";
import { releaseNamed } from "./route.ts";
import { assetView } from "./view.ts";

const base = "/repos/{owner}/{repo}/releases";
const one = `${base}/assets/{asset_id}`;

/** Routes of a release's files. */
export const assetRoutes: readonly Route[] = [
  onRepository("GET", `${base}/{release_id}/assets`, "read", (call) => {
    const release = releaseNamed(call);
    const all = assetsOf(call.forge.store, call.repository, release.id);
    return paged(call, all, (asset) => assetView(call.forge, call.repository, release, asset));
  }),
  onRepository("GET", one, "read", (call) => {
    const asset = assetNamed(call);
    return call.accepts.includes("application/octet-stream") ? download(call, asset) : answer(call, asset);
  }),
  onRepository("PATCH", one, "write", async (call) => {
    const input = await call.fields("ReleaseAsset");
    const before = assetNamed(call);
    const name = input.optionalText("name") ?? before.name;
    const label = input.optionalText("label") ?? before.label;
    if (name !== before.name) demandFree(call, before.releaseId, name);
    const asset = { ...before, name: safeName(name), label, updatedAt: nowOf(call.forge) };
    call.forge.store.transact((transaction) => transaction.put(assets, call.repository.id, asset.id, asset));
    return answer(call, asset);
  }),
  onRepository("DELETE", one, "write", (call) => {
    const asset = assetNamed(call);
    call.forge.store.transact((transaction) => transaction.delete(assets, call.repository.id, asset.id));
    removeAssetFile(call.forge, call.repository, asset);
    return noContent;
  }),
];

/** Below `/api/uploads`. */
export const assetUploadRoutes: readonly Route[] = [
  onRepository("POST", `${base}/{release_id}/assets`, "write", upload),
];

/** The addresses that people and scripts download from. */
export const assetPageRoutes: readonly Route[] = [
  onRepository("GET", "/{owner}/{repo}/releases/download/{tag}/{name}", "read", (call) => {
    const published = releasesOf(call.forge.store, call.repository, false);
    return downloadByName(
      call,
      published.find(({ tag }) => tag === call.params["tag"]),
    );
  }),
  onRepository("GET", "/{owner}/{repo}/releases/latest/download/{name}", "read", (call) =>
    downloadByName(call, latestRelease(call.forge.store, call.repository)),
  ),
];

function assetNamed(call: RepositoryCall): Asset {
  const asset = call.forge.store.get(assets, call.repository.id, Number(call.params["asset_id"]));
  if (!asset) throw notFound();
  // A draft's files are as hidden as the draft.
  releaseNamed({ ...call, params: { ...call.params, release_id: String(asset.releaseId) } });
  return asset;
}

const releaseOf = ({ forge, repository }: RepositoryCall, { releaseId }: Asset): Pick<Release, "tag"> =>
  forge.store.get(releases, repository.id, releaseId) ?? { tag: "" };

const answer = (call: RepositoryCall, asset: Asset): Answer =>
  ok(assetView(call.forge, call.repository, releaseOf(call, asset), asset));

/** GitHub puts a dot in the place of what it does not want in a name. */
const safeName = (name: string): string => name.replace(/[^\w.+-]+/g, ".").replace(/^\.+|\.+$/g, "");

function demandFree({ forge, repository }: RepositoryCall, releaseId: number, name: string): void {
  const isTaken = assetsOf(forge.store, repository, releaseId).some((asset) => asset.name === safeName(name));
  if (isTaken) throw invalid({ resource: "ReleaseAsset", code: "already_exists", field: "name" });
}

async function upload(call: RepositoryCall): Promise<Answer> {
  const { forge, repository, query, request } = call;
  const release = releaseNamed(call);
  const name = safeName(query.get("name") ?? "");
  if (name === "") throw invalid({ resource: "ReleaseAsset", code: "missing_field", field: "name" });
  demandFree(call, release.id, name);
  const { user } = creating(call);
  const { size, digest } = await keepAssetFile(forge, repository, request);
  const asset = forge.store.transact((transaction) => {
    demandFree(call, release.id, name);
    const now = nowOf(forge);
    const made: Asset = {
      ...{ id: transaction.next("id"), releaseId: release.id, name, label: query.get("label"), size, digest },
      contentType: request.headers["content-type"] ?? "application/octet-stream",
      ...{ uploader: user.login, downloads: 0, createdAt: now, updatedAt: now },
    };
    transaction.put(assets, repository.id, made.id, made);
    logTo(transaction, forge, {
      actor: user.login,
      action: "asset.upload",
      subject: `${release.tag} ${name}`,
      repository,
    });
    return made;
  });
  const view = assetView(forge, repository, release, asset);
  return created(view, String(view["url"]));
}

function downloadByName(call: RepositoryCall, release: Release | undefined): Answer {
  const all = release ? assetsOf(call.forge.store, call.repository, release.id) : [];
  const asset = all.find(({ name }) => name === call.params["name"]);
  if (!asset) throw notFound();
  return download(call, asset);
}

/** The bytes, as a file to be saved: a browser must not show what somebody uploaded as a page of this forge. */
function download({ forge, repository }: RepositoryCall, asset: Asset): Answer {
  const counted = { ...asset, downloads: asset.downloads + 1 };
  forge.store.transact((transaction) => transaction.put(assets, repository.id, asset.id, counted));
  return {
    status: 200,
    raw: readAssetFile(forge, repository, asset),
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(asset.size),
      "content-disposition": `attachment; filename="${asset.name}"`,
    },
  };
}
