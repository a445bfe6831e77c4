import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { followAnnotations } from "./annotations.ts";
import type { Heard } from "./hear.ts";
import type { Reply, Steering, Will } from "./observed.ts";
import { followOrder } from "./orders.ts";
import type { Ownership } from "./ownership.ts";
import { type Circumstances, type Wishes, withField } from "./will.ts";

export interface Obeyed extends Pick<Wishes, "no" | "retried"> {
  readonly will: Will;
  readonly reply: Reply | undefined;
}

/** What people want, of what was known, what the annotations say, and the next comment that asks something. Pure. */
export function obey(proposal: ChangeProposal, heard: Heard, facts: Omit<Circumstances, "proposal">): Obeyed {
  const about = { ...facts, proposal };
  const known = overHeld(withField(proposal.status?.steering ?? {}, "comment", heard.cursor), facts.now);
  const annotated = followAnnotations({ steering: known, no: undefined, retried: false, complaints: [] }, about);
  const { order } = heard;
  const { wishes, told, why } = order
    ? followOrder(annotated, order, about)
    : { wishes: annotated, told: [], why: false };
  const { steering, complaints, no, retried } = wishes;
  const reply = order && { mark: `reply-${order.id}`, id: order.id, told, why };
  return { will: { steering, complaints }, no, retried, reply };
}

/** Without a hold that is over. */
const overHeld = (steering: Steering, now: Date): Steering =>
  steering.hold && Date.parse(steering.hold.until) <= now.getTime() ? withField(steering, "hold", undefined) : steering;

/** Without what has been carried out: a rebase once the change is on the head, an adoption once the branch is ours again. */
export function settledSteering(steering: Steering, { tip, written }: Ownership, head: string | undefined): Steering {
  const isRebuilt = tip.is === "ours" && written?.base.sha === head;
  const rebuilt = isRebuilt ? withField(steering, "rebuild", undefined) : steering;
  return tip.is === "ours" ? withField(rebuilt, "adopted", undefined) : rebuilt;
}
