import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import type { Refs } from "../git-port.ts";
import { short } from "../way.ts";
import { observeBehind } from "./behind.ts";
import { readSections } from "./changelog.ts";
import { offeredBy } from "./child.ts";
import { type Landed, landedOf } from "./landed.ts";
import { dayOf, type Line, lineOf } from "./line.ts";
import type { Ahead, Observed, Refused } from "./observed.ts";
import { nextOn } from "./preview.ts";
import { proposalOf } from "./proposed.ts";
import { type Rule, ruleOf } from "./rule.ts";
import { type VersionEdits, versionEditsOf } from "./version-edits.ts";

/** What the cluster says around a release, and how versions are written. */
export interface Surroundings {
  readonly repository: Repository;
  readonly child: ChangeProposal | undefined;
  readonly versionEdits: VersionEdits;
}

/**
 * Reads what `decide` needs, and writes nothing outside of the mirror.
 *
 * ```text
 *   Proposing ──> AwaitingMerge ──> Tagging ──> Publishing ──> Verifying ──> Released
 *       │              │ merged        ^ a tag, or a merge without one, that somebody else made
 *       │              v               │ is gone on from
 *       │        the commit whose changelog begins with the version ──────> Blocked: a tag elsewhere, a version that cannot be read
 *       └──> NothingToRelease
 * ```
 *
 * How far a release is follows from facts alone: tags, what the changelog says in which commit of the branch, and the forge's page.
 */
export async function observe(release: Release, around: Surroundings, hands: Hands): Promise<Observed> {
  const { repository, child } = around;
  const refs = await hands.git.sync(hands.remote, hands.signal);
  const about = { release, repository, now: hands.now, child };
  const found = ruleOf(release.spec, repository.spec.release, repository.spec.branch);
  if (found.is === "refused") return { ...about, state: found };
  const { rule } = found;
  const head = refs.heads.get(rule.branch);
  if (head === undefined) {
    const message = `there is no branch ${rule.branch}: push it, or correct ${release.spec.branch === undefined ? `spec.branch of Repository ${repository.metadata.name}` : "spec.branch"}`;
    return { ...about, state: { is: "refused", reason: "BranchMissing", message } };
  }
  const state = await stateOf(release, { ...around, rule, refs, head }, hands);
  return { ...about, state };
}

/** Where the branch is, and what is known about it. */
export interface Place extends Surroundings {
  readonly rule: Rule;
  readonly refs: Refs;
  readonly head: string;
}

async function stateOf(release: Release, place: Place, hands: Hands): Promise<Observed["state"]> {
  const tagged = await taggedAs(release, place, hands);
  if (tagged && "is" in tagged) return tagged;
  if (tagged) return observeBehind(release, tagged, place, hands);
  const { rule, refs, head, child, repository, versionEdits } = place;
  const line = await lineOf(rule, { refs, head }, hands);
  const editsOf = versionEditsOf(versionEdits, repository);
  const sought = { line, offered: offeredBy(release, child), wanted: release.spec.version, child };
  const landed = await landedOf(sought, editsOf, hands);
  if (landed?.is === "unclear") return { ...landed, is: "refused" };
  if (landed) return observeBehind(release, landed.landed, place, hands);
  const day = await dayOf(line, hands);
  const next = nextOn(line, { spec: release.spec, repository, day }, hands);
  const ahead = { is: "ahead", line, next, absent: [], proposal: undefined } as const;
  if (next.is === "nothing") return { ...ahead, unfinished: await unfinishedOf(release, line, hands) };
  if (next.is !== "release") return ahead;
  const proposal = await proposalOf({ release, repository, line, next, day }, editsOf, hands);
  return { ...ahead, proposal, absent: await absentAssets(release, head, hands) };
}

/** The release by its tag: one that is there already, or that of the commit that we found before. */
async function taggedAs(
  release: Release,
  place: Place,
  { git, remote, signal }: Hands,
): Promise<Landed | Refused | undefined> {
  const { spec, status = {} } = release;
  const { commit, version } = status;
  const offered = offeredBy(release, place.child);
  const isKnown = commit !== undefined && version !== undefined;
  const isOn = (sha: string): Promise<boolean> => git.isAncestor(remote, sha, place.head, signal);
  const candidates = isKnown ? [version] : [spec.version, offered[0]].filter((each) => each !== undefined);
  for (const candidate of candidates) {
    const found = tagOf(candidate, place);
    if (!found) continue;
    // What is released stays so, wherever the branch goes.
    if (found.sha === commit) return { version: candidate, commit, notes: undefined, adopted: status.adopted };
    if (!(await isOn(found.sha))) return tagTaken(found, commit, place);
    const adopted = `tag ${found.tag} at ${short(found.sha)}`;
    return { version: candidate, commit: found.sha, notes: undefined, adopted };
  }
  if (!isKnown) return undefined;
  if (await isOn(commit)) return { version, commit, notes: undefined, adopted: status.adopted };
  const message = `${short(commit)}, which is ${version}, is not on ${place.rule.branch} any more, and has no tag: bring it back, or make another Release`;
  return { is: "refused", reason: "CommitGone", message };
}

function tagOf(version: string, { rule, refs }: Place): { readonly tag: string; readonly sha: string } | undefined {
  const tag = rule.tagFormat.replace("{version}", version);
  const sha = refs.tags.get(tag);
  return sha === undefined ? undefined : { tag, sha };
}

function tagTaken(
  { tag, sha }: { readonly tag: string; readonly sha: string },
  commit: string | undefined,
  { rule: { branch }, head }: Place,
): Refused {
  const ours = commit ? `the release is ${short(commit)}` : `${branch} is at ${short(head)}`;
  const message = `tag ${tag} is there already, at ${short(sha)}, which is not on ${branch} (${ours}): a tag is never moved; delete it, or release another version`;
  return { is: "refused", reason: "TagTaken", message };
}

/** The last release, where its changelog tells of it and the forge does not: somebody did not come to the end of it. */
async function unfinishedOf({ spec }: Release, { rule, previous }: Line, hands: Hands): Promise<string | undefined> {
  if (!previous || spec.forgeRelease === "None") return undefined;
  const [newest] = await readSections(rule, previous.sha, hands);
  if (newest?.version !== previous.version || !newest.isDated) return undefined;
  return (await hands.host.releases.find(hands.at, previous.tag, hands.signal)) ? undefined : previous.version;
}

/** Files that are to go with the release, and that the commit does not have. */
async function absentAssets({ spec }: Release, sha: string, { git, remote, signal }: Hands): Promise<Ahead["absent"]> {
  const seen = await Promise.all(
    spec.assets.map(async ({ path }) => ({ path, entry: await git.entry(remote, sha, path, signal) })),
  );
  return seen.filter(({ entry }) => entry?.mode !== "File" && entry?.mode !== "Executable").map(({ path }) => path);
}
