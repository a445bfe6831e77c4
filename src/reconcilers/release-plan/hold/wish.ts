import { NodeName } from "../../../schema/object.ts";
import { steering } from "../../../schema/steering.ts";
import { longestHoldMs, momentOf, reasonOf } from "../../change-proposal/command.ts";
import { timeOf } from "../../change-proposal/will.ts";
import type { Held } from "./hold.ts";

interface Wish {
  /** Undefined for the whole plan. */
  readonly node: string | undefined;
  readonly until: number;
  readonly reason: string | undefined;
}

/**
 * What people hold by the annotation `millrace.dev/hold` of a plan: `UNTIL REASON` for all of it, `NODE UNTIL REASON` for one, several
 * with `;` between them. A moment is at most ninety days ahead. What is not understood holds everything: whoever wrote it meant no.
 */
export function wishOf(
  annotations: Readonly<Record<string, string>> | undefined,
  now: Date,
): (node: string) => Held | undefined {
  const value = annotations?.[steering.hold];
  if (value === undefined) return () => undefined;
  const wishes = value.split(";").map((text) => wishIn(text, now));
  if (wishes.includes(undefined)) {
    const why = `${steering.hold} is not understood, so nothing begins: write a moment within ninety days such as 2030-01-31T12:00:00Z, or a node and a moment, several with ; between them; or remove it`;
    return () => ({ why, until: undefined });
  }
  return (node) => {
    const mine = wishes.filter((each) => each !== undefined && (each.node === undefined || each.node === node));
    const last = mine.reduce((a, b) => (a && b && b.until <= a.until ? a : b), undefined);
    if (!last || last.until <= now.getTime()) return undefined;
    const until = new Date(last.until);
    return {
      why: `a person holds it until ${timeOf(until)}${last.reason === undefined ? "" : `: ${last.reason}`}`,
      until,
    };
  };
}

function wishIn(text: string, now: Date): Wish | undefined {
  const [first = "", ...words] = text.trim().split(/\s+/);
  const isNode = momentOf(first) === undefined && NodeName.safeParse(first).success;
  const [moment = "", ...rest] = isNode ? words : [first, ...words];
  const until = momentOf(moment);
  if (until === undefined || until > now.getTime() + longestHoldMs) return undefined;
  return { node: isNode ? first : undefined, until, reason: reasonOf(rest.join(" ")) };
}
