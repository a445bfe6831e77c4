import { githubLimits } from "../../forge/limits.ts";
import { aligned } from "../table.ts";
import type { Preview } from "./preview.ts";

type Node = NonNullable<Preview["status"]["nodes"]>[number];

/** A plan as people read it: what moves in which order, what it costs, and what it leaves out. */
export function showPreview(preview: Preview): string {
  const { namespace, name, finding, status, order } = preview;
  const { nodes = [], digest, phase } = status;
  const title = `ReleasePlan ${namespace}/${name}${digest === undefined ? "" : `, digest ${digest.slice(0, 12)}`}\n`;
  const said = `${phase ?? "Blocked"}: ${finding.reason}: ${finding.message}\n`;
  if (nodes.length === 0) return `${title}${said}`;
  return [title, tableOf(nodes, order), factsOf(preview), said].filter((part) => part !== "").join("\n");
}

function tableOf(nodes: readonly Node[], order: Preview["order"]): string {
  const ranks = new Map(order.flatMap((names, rank) => names.map((name) => [name, rank] as const)));
  const rankOf = ({ name }: Node): number => ranks.get(name) ?? Number.POSITIVE_INFINITY;
  const rows = nodes
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((node) => [
      ranks.has(node.name) ? `${rankOf(node) + 1}` : "",
      node.name,
      moveOf(node),
      node.phase,
      aboutOf(node),
    ]);
  return aligned([["ORDER", "NAME", "VERSION", "PHASE", "ABOUT"], ...rows]);
}

const moveOf = ({ before, version }: Node): string =>
  version === undefined ? (before ?? "") : before === undefined ? version : `${before} -> ${version}`;

const aboutOf = ({ pullRequest, message }: Node): string =>
  [pullRequest, message].filter((part) => part !== undefined).join(": ");

const mostNames = 10;

function factsOf({ status }: Preview): string {
  const { longest = [], proposals, calls, notInPlan = [], unaffected = 0 } = status;
  const lines = [
    ...(longest.length > 0 ? [`Longest chain: ${named(longest, " -> ")} (${longest.length})`] : []),
    ...(proposals !== undefined && calls !== undefined ? [costOf(proposals, calls)] : []),
    ...(notInPlan.length > 0 ? [`Built on what moves, and not in it: ${named(notInPlan, ", ")}`] : []),
    ...(unaffected > 0 ? [`Unaffected: ${unaffected}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function costOf(proposals: number, calls: number): string {
  const { contentPerHour, contentPerMinute } = githubLimits;
  const hours = Math.floor((calls - 1) / contentPerHour);
  const minutes = Math.floor((calls - 1 - hours * contentPerHour) / contentPerMinute);
  const least =
    hours > 0 ? `, so it takes ${hours} h at least` : minutes > 0 ? `, so it takes ${minutes} min at least` : "";
  return `Takes at most ${proposals} pull requests and ${calls} calls that create content, of ${contentPerHour} an hour that GitHub allows${least}`;
}

const named = (names: readonly string[], between: string): string =>
  names.length <= mostNames
    ? names.join(between)
    : `${names.slice(0, mostNames).join(between)}${between}and ${names.length - mostNames} more`;
