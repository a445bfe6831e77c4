import { parseCommit, parseTag, type Tag, writeCommit, writeTag } from "../git/object.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { variantOf, variantType } from "../http/media.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { dateOf, gitCommitView } from "../view/commit.ts";
import { apiUrl } from "../view/repository.ts";
import { nodeId } from "../view/user.ts";
import { bareOf, creating, signatureIn } from "./lookup.ts";

/** Base64 as GitHub breaks it: 60 characters a line, and a newline at the end. */
export const brokenBase64 = (bytes: Buffer): string => bytes.toString("base64").replace(/.{1,60}/g, "$&\n");

async function blob(call: RepositoryCall): Promise<Answer> {
  const sha = call.params["file_sha"] ?? "";
  const object = await bareOf(call).read(sha);
  if (object?.type !== "blob") throw notFound();
  if (variantOf(call) === "raw") {
    return { status: 200, raw: object.body, headers: { "content-type": variantType("raw") } };
  }
  return ok({
    sha,
    node_id: nodeId("Blob", sha),
    size: object.body.length,
    url: `${apiUrl(call.forge, call.repository)}/git/blobs/${sha}`,
    content: brokenBase64(object.body),
    encoding: "base64",
  });
}

async function makeBlob(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Blob");
  const encoding = input.optionalWord("encoding", ["utf-8", "base64"]) ?? "utf-8";
  const content = input.optionalText("content");
  if (content === undefined) throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const sha = bareOf(call).write("blob", Buffer.from(content, encoding === "base64" ? "base64" : "utf8"));
  const url = `${apiUrl(call.forge, call.repository)}/git/blobs/${sha}`;
  return created({ sha, url }, url);
}

async function commit(call: RepositoryCall): Promise<Answer> {
  const sha = call.params["commit_sha"] ?? "";
  const object = await bareOf(call).read(sha);
  if (object?.type !== "commit") throw notFound();
  return ok(gitCommitView(call.forge, call.repository, parseCommit(sha, object.body)));
}

async function makeCommit(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Commit");
  const bare = bareOf(call);
  const [message, tree, parents] = [input.text("message"), input.text("tree"), input.optionalTexts("parents") ?? []];
  if ((await bare.read(tree))?.type !== "tree") throw unprocessable("Tree SHA does not exist");
  for (const parent of parents) {
    if ((await bare.read(parent))?.type === "commit") continue;
    throw unprocessable("Parent SHA does not exist or is not a commit object");
  }
  const author = signatureIn(call, input, "author");
  const committer = input.has("committer") ? signatureIn(call, input, "committer") : author;
  const signature = input.optionalText("signature") ?? null;
  const sha = writeCommit(bare, { tree, parents, author, committer, message, signature });
  const made = parseCommit(sha, (await bare.read(sha))!.body);
  return created(
    gitCommitView(call.forge, call.repository, made),
    `${apiUrl(call.forge, call.repository)}/git/commits/${sha}`,
  );
}

function tagView(call: RepositoryCall, tag: Tag): Record<string, unknown> {
  const api = apiUrl(call.forge, call.repository);
  return {
    node_id: nodeId("Tag", tag.sha),
    sha: tag.sha,
    url: `${api}/git/tags/${tag.sha}`,
    tagger: tag.tagger
      ? { name: tag.tagger.name, email: tag.tagger.email, date: dateOf(tag.tagger) }
      : { name: "", email: "", date: "" },
    object: { sha: tag.object, type: tag.type, url: `${api}/git/${tag.type}s/${tag.object}` },
    tag: tag.name,
    message: tag.message.trimEnd(),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  };
}

async function tag(call: RepositoryCall): Promise<Answer> {
  const sha = call.params["tag_sha"] ?? "";
  const object = await bareOf(call).read(sha);
  if (object?.type !== "tag") throw notFound();
  return ok(tagView(call, parseTag(sha, object.body)));
}

async function makeTag(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Tag");
  const bare = bareOf(call);
  const [name, message, target] = [input.text("tag"), input.text("message"), input.text("object")];
  const type = input.optionalWord("type", ["commit", "tree", "blob"]) ?? "commit";
  if ((await bare.read(target))?.type !== type)
    throw unprocessable(`Object ${target} is not a ${type} of this repository`);
  const tagger = signatureIn(call, input, "tagger");
  const text = message.endsWith("\n") ? message : `${message}\n`;
  const made = { object: target, type, name, tagger, message: text };
  creating(call);
  return created(tagView(call, { ...made, sha: writeTag(bare, made) }));
}

export const gitObjectRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", "read", blob),
  onRepository("POST", "/repos/{owner}/{repo}/git/blobs", "write", makeBlob),
  onRepository("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", "read", commit),
  onRepository("POST", "/repos/{owner}/{repo}/git/commits", "write", makeCommit),
  onRepository("GET", "/repos/{owner}/{repo}/git/tags/{tag_sha}", "read", tag),
  onRepository("POST", "/repos/{owner}/{repo}/git/tags", "write", makeTag),
];
