import type { Turn } from "../../sequencer/plan/turn.ts";
import type { Finding } from "../conditions.ts";
import { listed } from "./node.ts";
import type { Observed } from "./observed.ts";
import type { NodeStatus, Status } from "./stage.ts";
import { found } from "./verdict.ts";

interface Given {
  readonly observed: Observed;
  readonly turn: Turn;
  readonly nodes: readonly NodeStatus[];
}

interface Found {
  readonly phase: NonNullable<Status["phase"]>;
  readonly finding: Finding;
}

/** How many are done, of how many: `3/7`. */
export const progressText = (nodes: readonly NodeStatus[]): string =>
  `${those(nodes, "Succeeded", "Unchanged").length}/${nodes.length}`;

/** The plan as a whole: a sentence that names what goes on, and what stands in the way. */
export function findingFor({ observed: { plan }, turn, nodes }: Given): Found {
  const done = progressText(nodes).replace("/", " of ");
  const failed = those(nodes, "Failed");
  const skipped = those(nodes, "Skipped");
  const because = failed.length === 0 ? "" : `; ${failureText(failed, skipped)}`;
  const { state } = plan.spec;
  if (turn.ending === "Succeeded") {
    return { phase: "Succeeded", finding: found("Succeeded", `${done} released or without anything to release`) };
  }
  if (turn.ending === "Failed") {
    return { phase: "Failed", finding: found("Failed", `${done} done${because}; ${remedy(plan.metadata)}`) };
  }
  // Of what has begun already, a preview is no more than a pause.
  if (state === "Preview" && plan.status?.startedAt === undefined) {
    const message = `${nodes.length} would be released in order; set spec.state to Running to begin`;
    return { phase: "Previewed", finding: found("Previewed", message) };
  }
  if (state !== "Running") {
    const message = `${done} done${because}; nothing more begins until spec.state is Running`;
    return { phase: "Paused", finding: found("Paused", message) };
  }
  return { phase: "Running", finding: running(nodes, `${done} done`, because) };
}

function running(nodes: readonly NodeStatus[], done: string, because: string): Finding {
  const under = those(nodes, "Ready", "Bumping", "Releasing", "Verifying").filter(({ since }) => since !== undefined);
  if (under.length > 0) {
    const [first] = under;
    const more = under.length > 1 ? `, and ${under.length - 1} more under way` : "";
    const at = first!.pullRequest ? ` at ${first!.pullRequest}` : "";
    return found("Releasing", `${done}; ${first!.name}${at}: ${first!.message ?? first!.phase}${more}${because}`);
  }
  const held = those(nodes, "Held");
  const message = `${done}; ${listed(held.map(({ name }) => name))}: ${held[0]?.message ?? "waits"}${because}`;
  return found("Held", message);
}

const those = (nodes: readonly NodeStatus[], ...phases: readonly NodeStatus["phase"][]): readonly NodeStatus[] =>
  nodes.filter(({ phase }) => phases.includes(phase));

function failureText(failed: readonly NodeStatus[], skipped: readonly NodeStatus[]): string {
  const [first] = failed;
  const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
  const left = skipped.length === 0 ? "" : `; ${skipped.length} skipped`;
  return `${first!.name} failed: ${first!.message}${more}${left}`;
}

const remedy = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `mend it and try again: kubectl -n ${namespace} annotate --overwrite releaseplan ${name} millrace.dev/retry="$(date)"`;
