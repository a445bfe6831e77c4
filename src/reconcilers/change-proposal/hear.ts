import type { Hands } from "../change/hands.ts";
import type { Comment } from "../forge-port.ts";
import { writers } from "./approval.ts";
import { commandsIn } from "./command.ts";
import { isOurs } from "./history.ts";
import type { SeenPull, Status } from "./observed.ts";
import type { Order } from "./orders.ts";

/** What was said below our pull request since it was listened to last. */
export interface Heard {
  /** Last comment that asks nothing, or is answered. */
  readonly cursor: number | undefined;
  /** The first that asks something; what follows it is heard once it is answered. */
  readonly order: Order | undefined;
  /** Mark of the pull request up to which nothing is left to be heard. */
  readonly seen: string | undefined;
}

/**
 * Reads the comments, unless nothing has happened there since. They are facts that the forge keeps: read again after a crash,
 * they say the same. What bots say, and we ourselves among them, is not for us.
 */
export async function hear(pull: SeenPull | undefined, status: Status, hands: Hands): Promise<Heard> {
  const { pullRequest, steering } = status;
  const cursor = steering?.comment;
  const isKnown = pullRequest?.number === pull?.number;
  const seen = isKnown ? pullRequest?.seen : undefined;
  if (!pull || pull.state === "Merged" || !isOurs(pull, status) || pull.mark === seen)
    return { cursor, order: undefined, seen };
  const { host, at, signal } = hands;
  const comments = await host.pulls.comments(at, pull.number, cursor ?? 0, signal);
  const index = comments.findIndex(({ isBot, body }) => !isBot && commandsIn(body).length > 0);
  if (index < 0) {
    // A full page may not be the last one.
    const all = comments.length < 100;
    return { cursor: comments.at(-1)?.id ?? cursor, order: undefined, seen: all ? pull.mark : undefined };
  }
  const before = comments[index - 1]?.id ?? cursor;
  return { cursor: before, order: await orderOf(comments[index]!, hands), seen };
}

async function orderOf({ id, author, at: when, body }: Comment, { host, at, signal }: Hands): Promise<Order> {
  const role = await host.role(at, author, signal);
  const may = { write: writers.includes(role), read: role !== "None" };
  return { id, author, at: when, commands: commandsIn(body), may };
}
