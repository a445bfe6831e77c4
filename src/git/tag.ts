import { ForgeError } from "../reconcilers/errors.ts";
import { digestOf, type RemoteRef } from "./advertisement.ts";
import { remoteName } from "./environment.ts";
import type { Visit } from "./mirrors.ts";
import type { Finished } from "./process.ts";
import { refusal } from "./push.ts";
import { tagRef } from "./ref-name.ts";
import { listRefs } from "./remote-refs.ts";
import { bringInStep } from "./sync.ts";

export interface NewTag {
  readonly name: string;
  readonly sha: string;
}

/** How often it is tried while others push at the same moment. */
const mostTries = 3;

/** Makes a tag on the remote, which must not have it; one that leads to the same commit in the end is as good. */
export async function pushTag(visit: Visit, { name, sha }: NewTag): Promise<"done" | "taken"> {
  const { commands, mirror, access, title, signal, objects } = visit;
  const ref = tagRef(name);
  const doing = `push tag ${JSON.stringify(name)} to ${title}`;
  if (ref === undefined) throw new ForgeError("rejected", `could not ${doing}: no tag can have that name`);
  await objects.existing(sha);
  const args = [
    ...["push", "--porcelain", "--no-verify", "--no-thin", "--no-follow-tags", "--recurse-submodules=no"],
    ...[`--force-with-lease=${ref}:`, remoteName, `${sha}:${ref}`],
  ];
  const call = { doing, args, access: { ...access, isPush: true }, signal };
  // Git sends what no ref of the remote leads to, as far as it knows them: without being in step, that may be everything.
  let named = await listRefs(visit, mirror, visit);
  for (let tries = 1; ; tries++) {
    const there = answerOf(named, ref, sha);
    if (there) return there;
    const done = await mirror.gate.run(signal, async () => {
      await bringInStep(visit, named);
      return commands.run(mirror, call);
    });
    if (done.code === 0) return "done";
    const now = await listRefs(visit, mirror, visit);
    const [before, after] = [digestOf(named), digestOf(now)];
    if (before !== after && tries < mostTries) named = now;
    else return answerOf(now, ref, sha) ?? fail(visit, call, done);
  }
}

function answerOf(named: readonly RemoteRef[], ref: string, sha: string): "done" | "taken" | undefined {
  const there = named.find(({ name }) => name === ref);
  if (!there) return undefined;
  return (there.peeled ?? there.oid) === sha ? "done" : "taken";
}

function fail({ commands, mirror }: Visit, call: Parameters<typeof commands.failed>[1], done: Finished): never {
  const { code, stderr } = done;
  if (/unable to read [0-9a-f]{40}/.test(stderr)) {
    const why = "no branch or tag there leads to the commit any more, so bring it back to one";
    throw new ForgeError("rejected", `could not ${call.doing}: ${why}`);
  }
  throw commands.failed(mirror, call, { code, stderr: `${stderr}\n${refusal(done) ?? ""}` });
}
