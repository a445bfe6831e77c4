import { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import type { Children, Lookup } from "../ports.ts";
import { childKey, isFrozen, ownerOf } from "./child.ts";
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
  const { annotations } = retryOf(release, child);
  if (!spec) return;
  await children.apply(
    { kind: ChangeProposal, key, owner: ownerOf(release), spec, ...(annotations && { annotations }) },
    signal,
  );
}

/** What the proposal is to say; undefined where it is left as it is. */
function specFor({ release, child, state }: Pick<Observed, "release" | "child" | "state">): object | undefined {
  if (state.is !== "ahead") return undefined;
  // It is only asked to try again.
  if (child && isFrozen(child, release)) return retryOf(release, child).isDue ? child.spec : undefined;
  const { proposal, next, absent } = state;
  const isOffered = next.is === "release" && release.status?.offered?.[0] === next.version;
  return isOffered && absent.length === 0 ? proposal : undefined;
}

/** Whether there is a proposal although there is nothing to release any more. */
const isTooMuch = (release: Release, child: ChangeProposal | undefined, state: Observed["state"]): boolean =>
  child !== undefined &&
  state.is === "ahead" &&
  state.next.is === "nothing" &&
  child.status?.phase !== "Merged" &&
  !isFrozen(child, release);
