import { short } from "../way.ts";
import { type Command, longestHoldMs, type Until, vocabulary } from "./command.ts";
import type { Tip } from "./observed.ts";
import { type Circumstances, timeOf, type Wishes, withField } from "./will.ts";
import { carry, isNew } from "./wish.ts";

/** What somebody asked for in a comment. */
export interface Order {
  readonly id: number;
  readonly author: string;
  readonly at: Date;
  readonly commands: readonly Command[];
  /** Whether they may write to the repository, or at least read it. */
  readonly may: { readonly write: boolean; readonly read: boolean };
}

/** What became of it: the wishes with it, a sentence for each command, and whether to tell how things stand. */
export interface Followed {
  readonly wishes: Wishes;
  readonly told: readonly string[];
  readonly why: boolean;
}

/** Follows the commands of one comment, one after the other. Following it again comes to the same. Pure. */
export function followOrder(before: Wishes, order: Order, about: Circumstances): Followed {
  return order.commands.reduce<Followed>(
    (sofar, command) => {
      const [wishes, told] = follow(sofar.wishes, command, order, about);
      const why = sofar.why || (command.word === "why" && order.may.read);
      return { wishes, told: told === "" ? sofar.told : [...sofar.told, told], why };
    },
    { wishes: before, told: [], why: false },
  );
}

type Step = readonly [Wishes, string];

function follow(wishes: Wishes, command: Command, order: Order, about: Circumstances): Step {
  const needsWrite = command.word !== "why" && command.word !== "help" && command.word !== "unclear";
  if (needsWrite ? !order.may.write : !order.may.read) {
    const needed = needsWrite ? "write" : "read";
    return [wishes, `\`${command.word}\` needs ${needed} access to the repository, so nothing was done.`];
  }
  switch (command.word) {
    case "why":
      return [wishes, ""];
    case "help":
      return [wishes, `Begin a comment with \`/millrace\` and one of ${vocabulary}.`];
    case "unclear":
      return [wishes, `Nothing was done: ${command.why}.`];
    case "hold":
      return hold(wishes, command, order);
    case "reject":
      return reject(wishes, command.reason, order, about);
    case "retry":
      return retry(wishes, order);
    case "rebase":
      return rebase(wishes, order, about);
    case "adopt":
      return adopt(wishes, command.sha, order, about);
    case "release":
      return release(wishes, command.reason, order);
  }
}

const signed = ({ author, at }: Order, reason: string | undefined) => ({
  by: author,
  at: timeOf(at),
  ...(reason !== undefined && { reason }),
});

function hold(
  wishes: Wishes,
  { until, reason }: { readonly until: Until; readonly reason: string | undefined },
  order: Order,
): Step {
  if (until.is === "off") {
    return [{ ...wishes, steering: withField(wishes.steering, "hold", undefined) }, "It is not held any longer."];
  }
  const said = order.at.getTime();
  const end = until.is === "at" ? until.ms : said + until.ms;
  if (end <= said || end > said + longestHoldMs) {
    return [wishes, "Nothing was done: a hold ends later than now, and within ninety days."];
  }
  const held = { ...signed(order, reason), until: timeOf(new Date(end)) };
  const steering = withField(wishes.steering, "hold", held);
  return [{ ...wishes, steering }, `Nothing is pushed or merged before ${held.until}. \`hold off\` ends it sooner.`];
}

function reject(wishes: Wishes, reason: string | undefined, order: Order, about: Circumstances): Step {
  const no = { fingerprint: about.shows ?? about.fingerprint, ...signed(order, reason) };
  return [
    { ...wishes, no },
    "The change is refused, and not proposed again. `retry`, or reopening it, takes that back.",
  ];
}

function retry(wishes: Wishes, order: Order): Step {
  const told = "Refusals and failed runs are forgotten, and it is tried again.";
  if (!isNew(wishes.steering.retry, { comment: order.id })) return [wishes, told];
  const steering = { ...wishes.steering, retry: carry(wishes.steering.retry, { comment: order.id }) };
  const released = steering.released?.by === order.author ? withField(steering, "released", undefined) : steering;
  return [{ ...wishes, no: undefined, retried: true, steering: released }, told];
}

function rebase(wishes: Wishes, order: Order, { tip }: Circumstances): Step {
  if (tip.is === "theirs" || tip.is === "adopted") {
    const why = "the branch has commits of people, which are never built over. Rebase it yourself, or put it back";
    return [wishes, `Nothing was done: ${why}.`];
  }
  const told = "It is built anew on the head of the base branch.";
  if (!isNew(wishes.steering.rebase, { comment: order.id })) return [wishes, told];
  const carried = carry(wishes.steering.rebase, { comment: order.id });
  return [{ ...wishes, steering: { ...wishes.steering, rebase: carried, rebuild: true } }, told];
}

function adopt(wishes: Wishes, sha: string | undefined, order: Order, about: Circumstances): Step {
  const { tip, proposal } = about;
  const taken = withField(wishes.steering, "released", undefined);
  if (tip.is === "ours" || tip.is === "none") {
    return [{ ...wishes, steering: taken }, "The branch has no commits of people, so there is nothing to adopt."];
  }
  const named = sha === undefined ? knownTip(tip, proposal.status?.tip ?? wishes.steering.adopted?.sha) : sha;
  if (named === undefined || !tip.sha.startsWith(named)) {
    return [
      wishes,
      `Nothing was done: the branch is at ${tip.sha}. If that is meant, say \`/millrace adopt ${short(tip.sha)}\`.`,
    ];
  }
  const adopted = { ...signed(order, undefined), sha: tip.sha };
  const told = `${short(tip.sha)} is adopted: Millrace goes on from it, and never builds over it.`;
  return [{ ...wishes, steering: { ...taken, adopted } }, told];
}

/** Who says just `adopt` means the tip that was there when they were told about it, and not one that came since. */
const knownTip = (tip: Extract<Tip, { sha: string }>, known: string | undefined): string | undefined =>
  tip.sha === known ? known : undefined;

function release(wishes: Wishes, reason: string | undefined, order: Order): Step {
  const steering = withField(wishes.steering, "released", signed(order, reason));
  const told = "Branch and pull request are left to people from now on. `adopt` or `retry` takes them up again.";
  return [{ ...wishes, steering }, told];
}
