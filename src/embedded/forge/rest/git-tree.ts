import type { BareRepository } from "../git/bare.ts";
import { type TreeEntry, typeOfMode } from "../git/object.ts";
import { emptyTree } from "../git/patch.ts";
import { resolveCommit } from "../git/revision.ts";
import { editTree, readTree, type TreeEdit, walkTree } from "../git/tree.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { Fields } from "../http/field.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { apiUrl } from "../view/repository.ts";
import { bareOf } from "./lookup.ts";

const entryLimit = 100_000;
const modes = new Set(["100644", "100755", "040000", "120000", "160000"]);

async function entryView(call: RepositoryCall, path: string, entry: TreeEntry): Promise<Record<string, unknown>> {
  const { mode, sha } = entry;
  const type = typeOfMode(mode);
  const kind = type === "commit" ? undefined : `${type}s`;
  const size = type === "blob" ? (await bareOf(call).read(sha))?.body.length : undefined;
  return {
    path,
    mode,
    type,
    sha,
    ...(size === undefined ? {} : { size }),
    ...(kind ? { url: `${apiUrl(call.forge, call.repository)}/git/${kind}/${sha}` } : {}),
  };
}

async function treeView(call: RepositoryCall, sha: string, recursive: boolean): Promise<Record<string, unknown>> {
  const bare = bareOf(call);
  const entries: [string, TreeEntry][] = [];
  const collect = (path: string, entry: TreeEntry): void => {
    if (entries.length < entryLimit) entries.push([path, entry]);
  };
  if (recursive) await walkTree(bare, sha, collect);
  else for (const entry of (await readTree(bare, sha)) ?? []) collect(entry.name, entry);
  return {
    sha,
    url: `${apiUrl(call.forge, call.repository)}/git/trees/${sha}`,
    tree: await Promise.all(entries.map(([path, entry]) => entryView(call, path, entry))),
    truncated: entries.length === entryLimit,
  };
}

/** The tree that a sha, branch or tag names. */
async function treeNamed(bare: BareRepository, name: string): Promise<string> {
  if ((await bare.read(name))?.type === "tree" || name === emptyTree) return name;
  const commit = await resolveCommit(bare, name);
  if (!commit) throw notFound();
  return commit.tree;
}

function pathIn(input: Fields): string {
  const path = input.text("path");
  const bad = (part: string): boolean => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git";
  if (path.includes("\0") || path.split("/").some(bad)) {
    throw unprocessable("tree.path contains a malformed path component");
  }
  return path;
}

async function editIn(bare: BareRepository, item: unknown): Promise<TreeEdit> {
  if (typeof item !== "object" || item === null) throw unprocessable("Invalid tree info");
  const input = new Fields("Tree", item as Record<string, unknown>);
  const path = pathIn(input);
  if (input.all["sha"] === null) return { path, entry: null };
  const mode = input.optionalText("mode") ?? "100644";
  if (!modes.has(mode)) throw unprocessable(`tree.mode ${mode} is not a valid file mode`);
  const content = input.optionalText("content");
  if (content !== undefined) return { path, entry: { mode, sha: bare.write("blob", Buffer.from(content)) } };
  const sha = input.text("sha");
  const type = typeOfMode(mode);
  if (type !== "commit" && (await bare.read(sha))?.type !== type) {
    throw unprocessable(`tree.sha ${sha} is not a valid ${type}`);
  }
  return { path, entry: { mode, sha } };
}

async function make(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Tree");
  const bare = bareOf(call);
  const items = input.optionalList("tree");
  if (!items) throw unprocessable("Invalid tree info");
  const baseName = input.optionalText("base_tree");
  const base = baseName === undefined ? null : await treeNamed(bare, baseName);
  const edits = await Promise.all(items.map((item) => editIn(bare, item)));
  const sha = (await editTree(bare, base, edits)) ?? bare.write("tree", Buffer.alloc(0));
  return created(await treeView(call, sha, false), `${apiUrl(call.forge, call.repository)}/git/trees/${sha}`);
}

export const gitTreeRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", "read", async (call) => {
    const sha = await treeNamed(bareOf(call), call.params["tree_sha"] ?? "");
    return ok(await treeView(call, sha, call.query.has("recursive")));
  }),
  onRepository("POST", "/repos/{owner}/{repo}/git/trees", "write", make),
];
