import type { Git } from "../git-port.ts";

const most = 16_384;

/**
 * Git that remembers which commits can be reached from which: commits never change, and the releases of a line ask about every tag of
 * the others. It remembers nothing that could not be found out again.
 */
export function rememberingAncestry(git: Git): Git {
  const known = new Map<string, boolean>();
  return {
    sync: (...of) => git.sync(...of),
    read: (...of) => git.read(...of),
    entry: (...of) => git.entry(...of),
    tar: (...of) => git.tar(...of),
    diff: (...of) => git.diff(...of),
    pick: (...of) => git.pick(...of),
    revert: (...of) => git.revert(...of),
    list: (...of) => git.list(...of),
    log: (...of) => git.log(...of),
    tag: (...of) => git.tag(...of),
    describe: (...of) => git.describe(...of),
    commit: (...of) => git.commit(...of),
    push: (...of) => git.push(...of),
    async isAncestor(remote, old, young, signal) {
      const key = `${remote.id} ${old} ${young}`;
      const has = known.get(key) ?? (await git.isAncestor(remote, old, young, signal));
      known.set(key, has);
      if (known.size > most) known.delete(known.keys().next().value!);
      return has;
    },
  };
}
