import { type TreeEntry, typeOfMode } from "../git/object.ts";
import { entryAt, readTree } from "../git/tree.ts";
import { type Answer, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { variantOf, variantType } from "../http/media.ts";
import { notFound, Problem } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { contentUrls } from "../view/file.ts";
import { brokenBase64 } from "./git-object.ts";
import { bareOf, commitNamed } from "./lookup.ts";

const embedLimitBytes = 1024 * 1024;
const limitBytes = 100 * 1024 * 1024;

/** One path at one commit. */
interface Place {
  readonly path: string;
  readonly ref: string;
  readonly entry: Pick<TreeEntry, "mode" | "sha">;
}

const typeNames: Readonly<Record<string, string>> = { "040000": "dir", "120000": "symlink", "160000": "submodule" };

async function summary(call: RepositoryCall, { path, ref, entry }: Place): Promise<Record<string, unknown>> {
  const type = typeNames[entry.mode] ?? "file";
  const kind = typeOfMode(entry.mode);
  const size = kind === "blob" ? ((await bareOf(call).read(entry.sha))?.body.length ?? 0) : 0;
  const urls = contentUrls(call.forge, call.repository, {
    path,
    ref,
    sha: entry.sha,
    kind: kind === "blob" ? kind : "tree",
  });
  return { name: path.split("/").at(-1) ?? "", path, sha: entry.sha, size, ...urls, type };
}

async function children(call: RepositoryCall, { path, ref, entry }: Place): Promise<readonly unknown[]> {
  const entries = (await readTree(bareOf(call), entry.sha)) ?? [];
  const prefix = path === "" ? "" : `${path}/`;
  return Promise.all(entries.map((child) => summary(call, { path: prefix + child.name, ref, entry: child })));
}

/** A file with its content; over 1 MiB the content must be asked for raw. */
export async function fileView(call: RepositoryCall, place: Place): Promise<Record<string, unknown>> {
  const base = await summary(call, place);
  if (place.entry.mode === "160000") return { ...base, submodule_git_url: null };
  const body = (await bareOf(call).read(place.entry.sha))?.body ?? Buffer.alloc(0);
  if (place.entry.mode === "120000") return { ...base, target: body.toString("utf8") };
  if (body.length > embedLimitBytes) return { ...base, content: "", encoding: "none" };
  return { ...base, content: brokenBase64(body), encoding: "base64" };
}

/** The path in the address, without slashes at its ends. */
export const pathOf = (call: RepositoryCall): string => (call.params["path"] ?? "").replace(/^\/+|\/+$/g, "");

async function get(call: RepositoryCall): Promise<Answer> {
  const bare = bareOf(call);
  const ref = call.query.get("ref") ?? call.repository.defaultBranch;
  if (!bare.refs.hasBranch(call.repository.defaultBranch)) throw notFound("This repository is empty.");
  const commit = await commitNamed(bare, ref).catch((error: unknown) => {
    throw error instanceof Problem ? notFound(`No commit found for the ref ${ref}`) : error;
  });
  const path = pathOf(call);
  const entry = await entryAt(bare, commit.tree, path);
  if (!entry) throw notFound();
  const place = { path, ref, entry };
  const variant = variantOf(call);
  if (entry.mode === "040000") {
    const entries = await children(call, place);
    return ok(variant === "object" ? { ...(await summary(call, place)), entries } : entries);
  }
  if (variant !== "raw" || entry.mode === "160000") return ok(await fileView(call, place));
  const body = (await bare.read(entry.sha))?.body ?? Buffer.alloc(0);
  if (body.length > limitBytes) throw new Problem(403, "This API returns blobs up to 100 MB in size.");
  return { status: 200, raw: body, headers: { "content-type": variantType("raw") } };
}

export const contentRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/contents/{path}", "read", get),
];
