import { Release } from "../../schema/release.ts";
import type { Finding } from "../conditions.ts";
import { intervalMs } from "../interval.ts";
import type { Again, Outcome } from "../reconciler.ts";
import type { Ahead, Behind, Observed, Status } from "./observed.ts";
import { retryOf } from "./retry.ts";
import { cut } from "./section.ts";
import type { Decision, Step } from "./verdict.ts";
import { isForeign, wroteOf } from "./wrote.ts";

/** Longest part of the notes in status, in bytes. */
const mostNotes = 4_000;
const mostOffered = 20;
const soonMs = 2_000;

/** Moments as status has them: RFC 3339, whole seconds. */
export const timeOf = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;

const effects = { tag: "Tag", publish: "Publish", revise: "Revise", attach: "Attach" } as const;

/** What the journal says about a step. */
export const intentOf = ({ do: what, tag, commit }: Step, now: Date): NonNullable<Status["intent"]> => ({
  effect: effects[what],
  at: timeOf(now),
  name: tag,
  commit,
});

/** Status and next look that follow from a decision. */
export function report(observed: Observed, decision: Decision, intent: Status["intent"]): Outcome<Status> {
  const { finding } = decision;
  return { finding, status: statusOf(observed, decision, intent), again: againAfter(observed, decision) };
}

function againAfter({ release }: Observed, decision: Decision): Again {
  if (decision.do !== "rest" || decision.look === "now") return { is: "now" };
  if (decision.look === "never") return { is: "never" };
  const every = intervalMs(release.spec.interval);
  return { is: "after", ms: decision.look === "soon" ? Math.min(soonMs, every) : every };
}

/** Status that keeps what was known, where nothing could be looked at. */
export function reportUnseen({ status: known = {} }: Release, finding: Finding, again: Again): Outcome<Status> {
  const status = Object.fromEntries(Object.entries(known).filter(([field]) => ownFields.has(field))) as Status;
  const phase = known.phase ?? (finding.verdict === "stalled" ? "Blocked" : "Pending");
  return { finding, status: { ...status, phase }, again };
}

const notOwn: readonly string[] = ["observedGeneration", "conditions", "lastHandledReconcileAt"];
const ownFields = new Set(Object.keys(Release.status.shape).filter((field) => !notOwn.includes(field)));

function statusOf(observed: Observed, decision: Decision, intent: Status["intent"]): Status {
  const { state, child, release } = observed;
  const { status: known = {} } = release;
  const offered = decision.do === "offer" ? offeredWith(decision.version, known.offered) : known.offered;
  return present({
    phase: decision.phase,
    ...partOf(observed, decision),
    offered,
    retried: retryOf(release, child).retried,
    proposal: child?.metadata.name ?? known.proposal,
    pullRequest: child?.status?.pullRequest?.ref ?? (state.is === "ahead" ? undefined : known.pullRequest),
    intent,
  });
}

const offeredWith = (version: string, before: readonly string[] = []): string[] =>
  [version, ...before.filter((each) => each !== version)].slice(0, mostOffered);

function partOf(observed: Observed, decision: Decision): Partial<Status> {
  const { state, release } = observed;
  if (state.is === "ahead") return aheadOf(state);
  if (state.is === "behind") return behindOf(observed, state, decision);
  const { version, because, previous, tag, commit, notes, adopted, wrote, url, releasedAt, head } =
    release.status ?? {};
  return { version, because, previous, tag, commit, notes, adopted, wrote, url, releasedAt, head } as Partial<Status>;
}

function aheadOf({ line: { previous, head, rule }, next }: Ahead): Partial<Status> {
  if (next.is !== "release") return present({ previous, head });
  const { version, because, notes } = next;
  const tag = rule.tagFormat.replace("{version}", version);
  return present({ previous, head, version, because: because.slice(0, 1_024), tag, notes: cut(notes, mostNotes) });
}

function behindOf(observed: Observed, behind: Behind, decision: Decision): Partial<Status> {
  const { landed, tag, previous, notes, page } = behind;
  const { because, releasedAt, head } = observed.release.status ?? {};
  const isOver = decision.phase === "Released";
  const page_ = isForeign(observed, behind) ? `the forge's release of ${tag}` : undefined;
  return present({
    ...{ version: landed.version, because, previous, tag, commit: landed.commit, head },
    notes: cut(notes, mostNotes),
    adopted: landed.adopted ?? page_ ?? observed.release.status?.adopted,
    wrote: wroteOf(observed, behind),
    url: page?.url,
    releasedAt: isOver ? (releasedAt ?? timeOf(observed.now)) : releasedAt,
    verified: isOver ? verifiedOf(behind) : undefined,
  });
}

const verifiedOf = ({ isTagged, page, assets }: Behind): NonNullable<Status["verified"]> => ({
  tag: isTagged,
  release: page !== undefined,
  assets: assets.filter(({ is }) => is === "there").length,
});

/** Without the fields that are undefined. */
const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
