import { createHash } from "node:crypto";
import type { Key } from "../ports.ts";

/** Longest branch that status can hold, with room for forges that add to it. */
const longest = 200;

/**
 * The branch of a proposal: one branch, one pull request. It is a function of the object's name, so that whatever
 * happens in between, the next turn finds it. What git does not take is replaced, and told apart by a digest.
 */
export function branchOf({ namespace, name }: Key): string {
  const branch = `millrace/${namespace}/${name}`;
  if (branch.length <= longest && !branch.endsWith(".lock")) return branch;
  const digest = createHash("sha256").update(branch).digest("hex").slice(0, 12);
  return `${branch.slice(0, longest - 13).replace(/\.(lock)?$/, "")}-${digest}`;
}
