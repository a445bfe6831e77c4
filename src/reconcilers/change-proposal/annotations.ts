import { steering as names, type Steer } from "../../schema/steering.ts";
import { short } from "../way.ts";
import { longestHoldMs, momentOf, reasonOf } from "./command.ts";
import type { Steering } from "./observed.ts";
import { byAnnotation, type Circumstances, timeOf, type Wishes, withField } from "./will.ts";
import { carry, isNew } from "./wish.ts";

/** Until when something is held whose end nobody understands. */
export const notUnderstood = "9999-12-31T23:59:59Z";

/** Follows the annotations of a proposal. What is held or released by one lasts as long as it is there. Pure. */
export function followAnnotations(before: Wishes, about: Circumstances): Wishes {
  const { annotations = {} } = about.proposal.metadata;
  const value = (what: Steer): string | undefined => annotations[names[what]];
  const steps: readonly ((wishes: Wishes) => Wishes)[] = [
    (wishes) => retry(wishes, value("retry")),
    (wishes) => release(wishes, value("release"), about),
    (wishes) => hold(wishes, value("hold"), about),
    (wishes) => adopt(wishes, value("adopt"), about),
    (wishes) => reject(wishes, value("reject"), about),
    (wishes) => rebase(wishes, value("rebase"), about),
  ];
  return steps.reduce((wishes, step) => step(wishes), before);
}

const complain = (wishes: Wishes, why: string): Wishes => ({ ...wishes, complaints: [...wishes.complaints, why] });

function retry(wishes: Wishes, value: string | undefined): Wishes {
  if (value === undefined || !isNew(wishes.steering.retry, { annotation: value })) return wishes;
  const steering = { ...wishes.steering, retry: carry(wishes.steering.retry, { annotation: value }) };
  return { ...wishes, steering, retried: true };
}

function release(wishes: Wishes, value: string | undefined, { now }: Circumstances): Wishes {
  const { released } = wishes.steering;
  if (value === undefined) {
    const steering =
      released?.by === byAnnotation ? withField(wishes.steering, "released", undefined) : wishes.steering;
    return { ...wishes, steering };
  }
  return { ...wishes, steering: withField(wishes.steering, "released", signed(value, released, now)) };
}

/** Who, when and why; since when stays as long as the words are the same. */
function signed(value: string, before: Steering["released"], now: Date): NonNullable<Steering["released"]> {
  const reason = reasonOf(value);
  const at = before?.by === byAnnotation && before.reason === reason ? before.at : timeOf(now);
  return { by: byAnnotation, at, ...(reason !== undefined && { reason }) };
}

function hold(wishes: Wishes, value: string | undefined, { now }: Circumstances): Wishes {
  const stored = wishes.steering.hold;
  const spoken = stored?.by === byAnnotation ? undefined : stored;
  if (value === undefined) return { ...wishes, steering: withField(wishes.steering, "hold", spoken) };
  const [first = "", ...words] = value.trim().split(/\s+/);
  const until = momentOf(first);
  if (until === undefined || until > now.getTime() + longestHoldMs) {
    // Whoever wanted to hold it meant no: until they are understood, nothing moves.
    const held = { ...signed(value, stored, now), until: notUnderstood };
    const why = `${names.hold} does not begin with a moment within ninety days such as 2030-01-31T12:00:00Z: correct or remove it`;
    return complain({ ...wishes, steering: withField(wishes.steering, "hold", held) }, why);
  }
  const held = { ...signed(words.join(" "), stored, now), until: timeOf(new Date(until)) };
  const later = spoken && Date.parse(spoken.until) > until ? spoken : held;
  return { ...wishes, steering: withField(wishes.steering, "hold", later) };
}

function adopt(wishes: Wishes, value: string | undefined, { tip, now }: Circumstances): Wishes {
  if (value === undefined || tip.is !== "theirs") return wishes;
  const sha = value.trim().toLowerCase();
  if (sha === tip.sha) {
    return { ...wishes, steering: { ...wishes.steering, adopted: { by: byAnnotation, at: timeOf(now), sha } } };
  }
  const named = /^[0-9a-f]{40,64}$/.test(sha) ? short(sha) : "no full commit id";
  return complain(
    wishes,
    `${names.adopt} names ${named}, and the branch is at ${short(tip.sha)}, so it is not followed`,
  );
}

function reject(wishes: Wishes, value: string | undefined, { fingerprint, now }: Circumstances): Wishes {
  const wish = { annotation: `${value} ${fingerprint}` };
  if (value === undefined || !isNew(wishes.steering.reject, wish)) return wishes;
  const reason = reasonOf(value);
  const no = { fingerprint, by: byAnnotation, at: timeOf(now), ...(reason !== undefined && { reason }) };
  return { ...wishes, no, steering: { ...wishes.steering, reject: carry(wishes.steering.reject, wish) } };
}

function rebase(wishes: Wishes, value: string | undefined, { tip }: Circumstances): Wishes {
  if (value === undefined || !isNew(wishes.steering.rebase, { annotation: value })) return wishes;
  if (tip.is === "theirs" || tip.is === "adopted") {
    return complain(
      wishes,
      `${names.rebase} is not followed: the branch has commits of people, which are never built over`,
    );
  }
  const carried = carry(wishes.steering.rebase, { annotation: value });
  return { ...wishes, steering: { ...wishes.steering, rebase: carried, rebuild: true } };
}
