import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Release } from "../../schema/release.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import type { Child, Children, Lookup } from "../ports.ts";
import { childOf } from "../release/child.ts";
import { stopped } from "./child.ts";
import type { Kin } from "./kin.ts";
import { isThrough } from "./stage.ts";

/** Stops the children of a node where they are, and at once what they made: no turn of theirs has to come first. */
export async function stopKin(
  plan: ReleasePlan,
  { bump, release }: Kin,
  { lookup, children }: { readonly lookup: Lookup; readonly children: Children },
  signal: AbortSignal,
): Promise<void> {
  const suspend = async (kind: Child["kind"], child: ChangeProposal | Release, owner: Child["owner"]) => {
    if (!child.spec.suspend && !isThrough(child)) await children.apply(stopped(kind, child, owner), signal);
  };
  const own = { kind: ReleasePlan, name: plan.metadata.name, uid: plan.metadata.uid };
  if (bump) await suspend(ChangeProposal, bump, own);
  if (!release) return;
  const made = childOf(release, lookup);
  const { name, uid } = release.metadata;
  await suspend(Release, release, own);
  if (made) await suspend(ChangeProposal, made, { kind: Release, name, uid });
}
