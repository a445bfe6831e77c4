import type { BareRepository } from "./bare.ts";
import { readCommit } from "./history.ts";
import { type Commit, parseTag } from "./object.ts";

const full = /^[0-9a-f]{40}$/;
const short = /^[0-9a-f]{4,39}$/;

/** The sha that a tag object, or a chain of them, stands for; other objects stand for themselves. */
export async function peel(bare: BareRepository, sha: string): Promise<string> {
  const object = await bare.read(sha);
  return object?.type === "tag" ? peel(bare, parseTag(sha, object.body).object) : sha;
}

/** The sha that a word names: a branch, a tag, `heads/x`, `tags/x`, `refs/…`, or a sha, even a short one. */
export async function resolveName(bare: BareRepository, name: string): Promise<string | undefined> {
  const { refs } = bare;
  const plain = name.replace(/^refs\//, "");
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${plain}`]) {
    const sha = refs.get(ref);
    if (sha) return sha;
  }
  if (full.test(name)) return (await bare.read(name)) ? name : undefined;
  if (!short.test(name)) return undefined;
  const { code, stdout } = await bare.run(["rev-parse", "--verify", "--quiet", `${name}^{}`], { accept: [0, 1, 128] });
  return code === 0 ? stdout.toString("latin1").slice(0, 40) : undefined;
}

/** The commit that a word names; undefined where it names none. */
export async function resolveCommit(bare: BareRepository, name: string): Promise<Commit | undefined> {
  const sha = await resolveName(bare, name);
  return sha ? readCommit(bare, await peel(bare, sha)) : undefined;
}
