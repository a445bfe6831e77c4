import { type Actor, actors, actorText } from "../../reconcilers/change-proposal/actor.ts";
import { isStalled, type Link, readyOf, roots, type Thing } from "./chain.ts";
import { editOf, remedyFor } from "./remedy.ts";

/** The chain as people read it, and below it what is at its root. */
export function showChain(chain: Link): string {
  const causes = roots(chain);
  const end =
    causes.length === 0
      ? "Nothing is in the way.\n"
      : `The root${causes.length > 1 ? "s" : ""}: ${causes.map(({ kind, name }) => `${kind} ${name}`).join(", ")}\n`;
  return `${lines(chain).join("\n")}\n\n${end}`;
}

function lines(link: Link): readonly string[] {
  const { kind, name, thing, below, more } = link;
  const own = thing
    ? [`${kind} ${name}: ${stateOf(thing)}`, ...advice(thing).map((each) => `  ${each}`)]
    : missing(link);
  const deeper = below.flatMap((each, index) => {
    const last = index === below.length - 1 && more === 0;
    return lines(each).map((line, at) => (at === 0 ? `└─ ${line}` : `${last ? "   " : "│  "}${line}`));
  });
  return [...own, ...deeper, ...(more > 0 ? [`└─ and ${more} more`] : [])];
}

const missing = ({ kind, name, namespace }: Link): readonly string[] => [
  `${kind} ${name}: there is none in namespace ${namespace}`,
  "  Next: a person creates it, or corrects what names it.",
];

function stateOf(thing: Thing): string {
  const ready = readyOf(thing);
  if (!ready) return "not looked at yet. Does the controller run?";
  return ready.status === "True" ? `ready, ${ready.reason}` : `${ready.reason}: ${ready.message}`;
}

/** Who acts next, and what gets it on. Nothing where all is well. */
function advice(thing: Thing): readonly string[] {
  const ready = readyOf(thing);
  if (!ready || ready.status === "True") return [];
  const actor = actorOf(thing, ready.reason);
  const page = thing.status?.pullRequest?.url;
  const remedy =
    remedyFor(thing.kind, thing.metadata, ready, page) ??
    (actor === "You" ? editOf(thing.kind, thing.metadata) : undefined);
  return [`Next: ${actorText[actor]}`, ...(remedy === undefined ? [] : [`To get on: ${remedy}`])];
}

/** Only proposals tell more than whether a person has to act. */
function actorOf(thing: Thing, reason: string): Actor {
  const known = thing.kind === "ChangeProposal" ? actors[reason as keyof typeof actors] : undefined;
  return known ?? (isStalled(thing) ? "You" : "Millrace");
}
