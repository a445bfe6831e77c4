import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import type { Child, Children, Key, Lookup } from "../ports.ts";
import { childKey, childOf, isFrozen, ownerOf } from "./child.ts";
import type { Observed } from "./observed.ts";
import { retryOf } from "./retry.ts";

/**
 * Brings the proposal in step with what the release is: makes it once its version is in `status.offered`, and takes it back when
 * there is nothing to propose. What people have in their hands stays as it is.
 */
export async function keepProposal(
  { release, child, state }: Observed,
  { children, lookup }: { readonly children: Children; readonly lookup: Lookup },
  signal: AbortSignal,
): Promise<void> {
  const key = childKey(release, lookup);
  if (child?.metadata.deletionTimestamp !== undefined) return;
  const isUnwanted = state.is === "behind" ? state.isOpen : isTooMuch(release, child, state);
  if (child && isUnwanted) return children.remove(ChangeProposal, key, signal);
  const spec = specFor({ release, child, state });
  if (spec) await children.apply(asChild(release, key, spec), signal);
}

/** What the proposal is to say; undefined where it is left as it is. */
function specFor({ release, child, state }: Pick<Observed, "release" | "child" | "state">): object | undefined {
  const same = child && asItIs(child);
  const resumes = child?.spec.suspend ? same : undefined;
  if (state.is !== "ahead") return resumes;
  // It is only asked to try again, or to go on.
  if (child && isFrozen(child, release)) return retryOf(release, child).isDue ? same : resumes;
  const { proposal, next, absent } = state;
  const isOffered = next.is === "release" && release.status?.offered?.[0] === next.version;
  return isOffered && absent.length === 0 ? proposal : resumes;
}

/** What a proposal says, but for whether it is suspended: that is for people to say, or for `suspendProposal`. */
function asItIs({ spec }: ChangeProposal): object {
  const { suspend: _, ...said } = spec;
  return said;
}

/** Stops a proposal together with its release. Without it the release's `spec.suspend` would not keep a merge from happening. */
export async function suspendProposal(
  release: Release,
  { children, lookup }: { readonly children: Children; readonly lookup: Lookup },
  signal: AbortSignal,
): Promise<void> {
  const child = childOf(release, lookup);
  if (!child || child.metadata.deletionTimestamp !== undefined || child.spec.suspend) return;
  if (child.status?.phase === "Merged") return;
  const spec = { ...asItIs(child), suspend: true };
  await children.apply(asChild(release, childKey(release, lookup), spec), signal);
}

function asChild(release: Release, key: Key, spec: object): Child {
  const { annotations } = retryOf(release, undefined);
  return { kind: ChangeProposal, key, owner: ownerOf(release), spec, ...(annotations && { annotations }) };
}

/** Whether there is a proposal although there is nothing to release any more. */
const isTooMuch = (release: Release, child: ChangeProposal | undefined, state: Observed["state"]): boolean =>
  child !== undefined &&
  state.is === "ahead" &&
  state.next.is === "nothing" &&
  child.status?.phase !== "Merged" &&
  !isFrozen(child, release);
