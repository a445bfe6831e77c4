import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import { short } from "../way.ts";
import { isFrozen } from "./child.ts";
import type { Ahead, Behind, Observed } from "./observed.ts";
import { revisedBody } from "./page.ts";
import { retryOf } from "./retry.ts";
import { type Decision, type Reason, rest, take } from "./verdict.ts";
import { wroteOf } from "./wrote.ts";

/** What to do about a release whose repository can be reached. Total: every state has an answer, with a reason. */
export function decide(observed: Observed): Decision {
  const { state } = observed;
  switch (state.is) {
    case "refused":
      return rest("Blocked", [state.reason, state.message]);
    case "ahead":
      return decideAhead(observed, state);
    case "behind":
      return decideBehind(observed, state);
  }
}

function decideAhead({ release, child }: Observed, { next, absent, line, unfinished }: Ahead): Decision {
  if (child && isFrozen(child, release)) return byProposal(release, child);
  if (next.is === "nothing") {
    const more = `; the forge shows no release of ${unfinished}, and a Release with spec.version ${unfinished} completes it`;
    const message = `${next.message}${unfinished === undefined ? "" : more}`;
    return rest("NothingToRelease", ["NothingToRelease", message]);
  }
  if (next.is === "refused") return rest("Blocked", [next.reason, next.message]);
  if (absent.length > 0) {
    const message = `spec.assets names ${absent.join(", ")}, which ${line.rule.branch} does not have at ${short(line.head)}: add it, or take it out`;
    return rest("Blocked", ["AssetMissing", message]);
  }
  if (release.status?.offered?.[0] !== next.version) {
    const message = `offers ${next.version}: ${next.because}`;
    return { ...rest("Proposing", ["Proposing", message]), do: "offer", version: next.version };
  }
  return byProposal(release, child);
}

const blocked: Readonly<Partial<Record<string, Reason>>> = {
  ChecksFailed: "ChecksFailed",
  ChecksNotStarting: "ChecksFailed",
  Declined: "Declined",
  HumanOwned: "HumanOwned",
};

/** How it goes on is for the proposal to say. */
function byProposal(release: Release, child: ChangeProposal | undefined): Decision {
  const { metadata, status } = child ?? {};
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const isCurrent = status?.observedGeneration === metadata?.generation;
  if (!child || !ready || !isCurrent) return rest("Proposing", ["Proposing", "the release proposal is being made"]);
  if (retryOf(release, child).isDue) return rest("Proposing", ["Proposing", "the release proposal is tried again"]);
  const it = status?.pullRequest?.ref ?? `ChangeProposal ${child.metadata.name}`;
  if (status?.phase === "Merged") {
    return rest("AwaitingMerge", ["AwaitingMerge", `${it} is merged; its commit is not on the branch yet`], "soon");
  }
  const message = `waits for ${it}: ${ready.reason}: ${ready.message}`;
  const isStalled = status?.conditions?.some(({ type, status: on }) => type === "Stalled" && on === "True");
  if (isStalled) {
    const reason = blocked[ready.reason] ?? "ProposalBlocked";
    return rest(reason === "HumanOwned" ? "AwaitingMerge" : "Blocked", [reason, message]);
  }
  return status?.pullRequest
    ? rest("AwaitingMerge", ["AwaitingMerge", message])
    : rest("Proposing", ["Proposing", message]);
}

function decideBehind(observed: Observed, behind: Behind): Decision {
  const { tag, landed, isTagged, assets } = behind;
  const { commit } = landed;
  if (!isTagged) {
    const absent = assets.find(({ is }) => is === "absent");
    if (absent) return rest("Blocked", ["AssetMissing", missing(absent.path, behind)]);
    const message = `tags ${short(commit)} as ${tag}`;
    return take("Tagging", ["Tagging", message], { do: "tag", tag, commit });
  }
  return decidePage(observed, behind) ?? finished(observed, behind);
}

const missing = (path: string, { landed: { commit, version } }: Behind): string =>
  `spec.assets names ${path}, which ${short(commit)} does not have, and that is ${version}: take it out`;

/** What is missing on the forge's page; undefined where nothing is, or there shall be none. */
function decidePage(observed: Observed, behind: Behind): Decision | undefined {
  const { tag, landed, page, assets, notes } = behind;
  const { spec } = observed.release;
  const { commit } = landed;
  if (spec.forgeRelease === "None") return undefined;
  if (!page) {
    const message = `makes the forge's release of ${tag}`;
    return take("Publishing", ["Publishing", message], { do: "publish", tag, commit });
  }
  const body = revisedBody(page.body, notes, wroteOf(observed, behind));
  if (body !== undefined) {
    const message = `brings the notes of ${tag} up to date`;
    return take("Publishing", ["Publishing", message], { do: "revise", tag, commit, body });
  }
  const absent = assets.find(({ is }) => is === "absent");
  if (absent) return rest("Blocked", ["AssetMissing", missing(absent.path, behind)]);
  const other = assets.find(({ is }) => is === "other");
  if (other) {
    const message = `the forge's release of ${tag} has ${other.name} with another size than ${other.path} at ${short(commit)}: delete one of them`;
    return rest("Blocked", ["AssetDiffers", message]);
  }
  const next = assets.find(({ is }) => is === "missing");
  if (next) {
    const message = `adds ${next.name} to the forge's release of ${tag}`;
    return take("Publishing", ["Attaching", message], { do: "attach", tag, commit, name: next.name, path: next.path });
  }
  if (!page.isDraft || spec.forgeRelease === "Draft") return undefined;
  const message = `the forge's release of ${tag} is a draft of somebody: a person publishes it (${page.url}), or set spec.forgeRelease to Draft`;
  return rest("Publishing", ["AwaitingPublish", message]);
}

function finished({ release }: Observed, behind: Behind): Decision {
  const { tag, landed, page, isOpen, isFresh } = behind;
  if (!isFresh) return rest("Verifying", ["Verifying", `looks whether all of ${tag} is there`], "now");
  if (isOpen) return rest("Verifying", ["Verifying", `${tag} is there; withdraws the release proposal`]);
  const how = landed.adopted ? `, taken over from somebody else: ${landed.adopted}` : "";
  const where = page ? ` (${page.url})` : "";
  const name = release.spec.library === undefined ? "" : `${release.spec.library} `;
  const message = `${name}${landed.version} is released as ${tag} at ${short(landed.commit)}${where}${how}`;
  return rest("Released", ["Released", message], "never");
}
