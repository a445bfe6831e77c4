import type { ReleasePlan } from "../../schema/release-plan.ts";
import type { Entry, Happening } from "../../sequencer/ledger.ts";
import type { NodeStatus } from "./stage.ts";

/** Who a plan is when nobody is named. */
const self = "millrace";

/** What there is to tell from. */
export interface Telling {
  readonly told: readonly Entry[];
  /** Of each node, how long the chain is that builds on it: what is longer comes first of what happened in one second. */
  readonly depths: ReadonlyMap<string, number>;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * What the status of a plan says that its record does not tell yet: oldest first, and never a node before what it waited for. Derived
 * alone from both, so what was lost comes with the next turn, and nothing is told twice. Pure.
 */
export function happeningsOf(
  { metadata, spec, status = {} }: ReleasePlan,
  { told, depths, now }: Telling,
): readonly Happening[] {
  const { startedAt, finishedAt, digest, nodes = [], phase } = status;
  if (startedAt === undefined) return [];
  const last = new Map(told.map((entry) => [entry.subject, entry]));
  const depthOf = ({ name }: NodeStatus): number => depths.get(name) ?? 0;
  const ordered = nodes.toSorted((a, b) => depthOf(b) - depthOf(a));
  const news: Happening[] = ordered.flatMap((node) => newsOf(node, last.get(node.name), now)).sort(byTime);
  const about = { subject: `ReleasePlan/${metadata.name}`, actor: spec.requestedBy ?? self };
  if (!last.has(about.subject)) {
    news.unshift({
      ...about,
      at: startedAt,
      kind: "RunBegan",
      reason: `${nodes.length} in the plan`,
      ...(digest && { after: digest }),
    });
  }
  if (finishedAt !== undefined && last.get(about.subject)?.kind !== "RunEnded") {
    const reason = `${status.progress ?? ""} done`;
    news.push({ ...about, actor: self, at: finishedAt, kind: "RunEnded", reason, after: phase ?? "" });
  }
  return news;
}

const byTime = (a: Happening, b: Happening): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);

function newsOf(node: NodeStatus, last: Entry | undefined, now: string): readonly Happening[] {
  const { name: subject, since, until, before } = node;
  const end = endOf(node, now);
  if (end && last?.kind === end.kind && (until === undefined || last.at === end.at)) return [];
  const entered: Happening | undefined =
    since === undefined
      ? undefined
      : {
          at: since,
          kind: "NodeEntered",
          subject,
          actor: self,
          reason: node.retried === undefined ? "what it builds on is done" : `tried again: ${node.retried}`,
          ...(before !== undefined && { before }),
        };
  const isEntered = last?.kind === "NodeEntered" && last.at === since;
  return [...(entered && !isEntered ? [entered] : []), ...(end ? [end] : [])];
}

/** How a node ended; undefined while it has not. */
function endOf(node: NodeStatus, now: string): Happening | undefined {
  const { name: subject, phase, message = "", version, before, until } = node;
  const rest = { subject, actor: self, at: until ?? now, ...(before !== undefined && { before }) };
  switch (phase) {
    case "Succeeded":
      return { ...rest, kind: "NodeExited", reason: "released", ...(version !== undefined && { after: version }) };
    case "Unchanged":
      return { ...rest, kind: "NodeExited", reason: message };
    case "Failed":
      return { ...rest, kind: "NodeFailed", reason: message };
    case "Skipped":
      return { ...rest, kind: "NodeSkipped", reason: message };
    default:
      return undefined;
  }
}
