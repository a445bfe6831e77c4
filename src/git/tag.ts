import { ForgeError } from "../reconcilers/errors.ts";
import { remoteName } from "./environment.ts";
import type { Visit } from "./mirrors.ts";
import { refusal } from "./push.ts";
import { tagRef } from "./ref-name.ts";
import { listRefs } from "./remote-refs.ts";

export interface NewTag {
  readonly name: string;
  readonly sha: string;
}

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
  const done = await mirror.gate.run(signal, () => commands.run(mirror, call));
  if (done.code === 0) return "done";
  const there = (await listRefs(visit, mirror, visit)).find((each) => each.name === ref);
  if (there) return (there.peeled ?? there.oid) === sha ? "done" : "taken";
  const { code, stderr } = done;
  throw commands.failed(mirror, call, { code, stderr: `${stderr}\n${refusal(done) ?? ""}` });
}
