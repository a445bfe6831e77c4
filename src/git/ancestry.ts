import type { Visit } from "./mirrors.ts";

/** Whether `old` can be reached from `young`, or is it. A parent is found without a process. */
export async function isAncestor({ objects, commands, mirror, title, signal }: Visit, old: string, young: string) {
  const [from, to] = [await objects.commit(old), await objects.commit(young)];
  if (!from || !to) return false;
  if (old === young || to.parents.includes(old)) return true;
  const call = { doing: `follow the history of ${title}`, args: ["merge-base", "--is-ancestor", old, young], signal };
  const done = await commands.run(mirror, call);
  if (done.code === 0 || done.code === 1) return done.code === 0;
  throw commands.failed(mirror, call, done);
}
