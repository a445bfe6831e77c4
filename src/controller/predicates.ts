import type { KubeObject } from "./client.ts";
import { sameJson } from "./same.ts";

/** Annotations that speak to us, as `millrace.dev/requestedAt`. Others are none of our business. */
const ours = "millrace.dev/";

/**
 * Whether a change of an object calls for a turn: its spec (by generation), its labels, an annotation of ours, or that
 * it is to be deleted. A change of status does not, so our own writes never wake us.
 */
export function wakes(before: KubeObject, after: KubeObject): boolean {
  const [was, is] = [before.metadata, after.metadata];
  return (
    was.uid !== is.uid ||
    was.generation !== is.generation ||
    was.deletionTimestamp !== is.deletionTimestamp ||
    !sameJson(was.labels ?? {}, is.labels ?? {}) ||
    !sameJson(oursIn(was.annotations), oursIn(is.annotations))
  );
}

function oursIn(annotations: Readonly<Record<string, string>> = {}): object {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith(ours)));
}
