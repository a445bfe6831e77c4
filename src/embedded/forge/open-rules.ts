import type { Rules } from "./rules.ts";

/** No branch is protected. */
export const openRules = (): Rules => ({
  merge: () => ({ state: "clean" }),
  push: () => ({ forcePush: true, deletion: true }),
  protected: () => false,
});
