import type { Kind } from "../../schema/kind.ts";
import type { Condition, Metadata } from "../../schema/object.ts";

/** An object of any of our kinds, as far as it matters here. */
export interface Thing {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?:
    | {
        readonly conditions?: readonly Condition[];
        readonly pullRequest?: { readonly url?: string };
        readonly supersededBy?: string;
      }
    | undefined;
}

/** An object, and what it waits for. */
export interface Link {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined where there is no such object. */
  readonly thing: Thing | undefined;
  readonly below: readonly Link[];
  /** How many more of those below are left out. */
  readonly more: number;
}

/** More at once help nobody: when the first are done, the next show. */
const mostBelow = 10;

/** From an object down to what everything rests on. Total: cycles end where they close. */
export function chainOf(kind: Kind, name: string, things: readonly Thing[], namespace: string): Link {
  return link({ kind: kind.kind, name }, { things, namespace, above: new Set() });
}

interface Around {
  readonly things: readonly Thing[];
  readonly namespace: string;
  readonly above: ReadonlySet<string>;
}

function link({ kind, name }: { kind: string; name: string }, around: Around): Link {
  const { things, namespace, above } = around;
  const id = `${kind}/${name}`;
  const thing = things.find((each) => each.kind === kind && each.metadata.name === name);
  if (!thing || above.has(id)) return { kind, namespace, name, thing, below: [], more: 0 };
  const children = things.filter((each) => owns(thing, each) && readyOf(each)?.status !== "True").sort(byNeed);
  const next = [...children.slice(0, mostBelow).map(nameOf), ...references(thing)];
  const deeper = { ...around, above: new Set([...above, id]) };
  return {
    ...{ kind, namespace, name, thing },
    below: next.map((each) => link(each, deeper)),
    more: Math.max(0, children.length - mostBelow),
  };
}

const nameOf = ({ kind, metadata }: Thing) => ({ kind, name: metadata.name });

const owns = ({ metadata }: Thing, other: Thing): boolean =>
  other.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) ?? false;

/** Those that need a person come first, then by name. */
const byNeed = (a: Thing, b: Thing): number =>
  Number(isStalled(b)) - Number(isStalled(a)) || a.metadata.name.localeCompare(b.metadata.name, "en");

/** Objects that a spec names by `…Ref`: it goes nowhere without them. */
function references({ spec, status }: Thing): readonly { kind: string; name: string }[] {
  const named = [
    { kind: "Repository", ref: spec["repositoryRef"] },
    { kind: "Forge", ref: spec["forgeRef"] },
    { kind: "ChangeProposal", ref: status?.supersededBy && { name: status.supersededBy } },
  ];
  return named.flatMap(({ kind, ref }) => {
    const { name } = (ref ?? {}) as { name?: string };
    return name === undefined ? [] : [{ kind, name }];
  });
}

/** The condition that says how it is doing. */
export const readyOf = ({ status }: Thing): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === "Ready");

/** Whether it needs a person. */
export const isStalled = ({ status }: Thing): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Stalled" && is === "True") ?? false;

/** The deepest objects that are not as they should be, where nothing below is to blame. */
export function roots(from: Link): readonly Link[] {
  const deeper = from.below.flatMap(roots);
  if (deeper.length > 0) return deeper;
  return from.thing && readyOf(from.thing)?.status === "True" ? [] : [from];
}
