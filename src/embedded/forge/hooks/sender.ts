import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Store, Transaction } from "../store/store.ts";
import { attempt, type Connections, closeConnections, openConnections } from "./attempt.ts";
import type { Delivery, Hook, HookEvent } from "./hook.ts";
import { packRequest, payloadOf, requestOf } from "./pack.ts";
import { deliveries, hooks } from "./record.ts";
import { hookRequest } from "./sign.ts";

/** How many deliveries of one hook the log keeps; older ones are forgotten. */
const keptPerHook = 100;

/** What the sender stands on. */
export interface SenderWorld {
  readonly store: Store;
  readonly clock: Clock;
  /** Told when an outcome could not be written down. */
  readonly onError: (error: unknown, where: string) => void;
}

/**
 * Sends deliveries, off the path of the request that caused them. A hook's deliveries go out one after the other in the
 * order of their events; hooks do not wait for each other. Each is in the log before it is sent, is tried once, and is
 * never tried again unless somebody asks for it, as on GitHub. What a crash left unsent goes out after {@link resume}.
 */
export class HookSender {
  readonly #world: SenderWorld;
  readonly #connections: Connections = openConnections();
  /** The end of each hook's queue. */
  readonly #tails = new Map<number, Promise<void>>();
  #closed = false;

  constructor(world: SenderWorld) {
    this.#world = world;
  }

  /** Writes a delivery of `event` to one hook in the same transaction as the event, and sends it after that. */
  deliver(transaction: Transaction, hook: Hook, event: HookEvent): Delivery {
    const guid = randomUUID();
    const action = event.payload["action"];
    return this.#accept(transaction, hook, {
      guid,
      event: event.event,
      action: typeof action === "string" ? action : null,
      redelivery: false,
      request: packRequest(hookRequest(hook, { guid, ...event })),
    });
  }

  /** Sends a delivery's event again, with its guid, to the hook as it is configured now. */
  redeliver(transaction: Transaction, hook: Hook, delivery: Delivery): Delivery {
    const { guid, event, action } = delivery;
    const again = packRequest(hookRequest(hook, { guid, event, payload: payloadOf(delivery) }));
    return this.#accept(transaction, hook, { guid, event, action, redelivery: true, request: again });
  }

  /** Sends what was accepted before the last stop and has no result yet. */
  resume(): void {
    const { store } = this.#world;
    for (const scope of store.scopes(deliveries)) {
      for (const delivery of store.all(deliveries, scope).values()) if (!delivery.result) this.#enqueue(delivery);
    }
  }

  /** Settles when no delivery is waiting or on its way. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  /** Drops connections. What was waiting stays in the log to be resumed; what was on its way is logged as stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    await closeConnections(this.#connections);
    await this.idle();
  }

  #accept(
    transaction: Transaction,
    hook: Hook,
    about: Pick<Delivery, "guid" | "event" | "action" | "redelivery" | "request">,
  ): Delivery {
    const delivery: Delivery = {
      id: transaction.next("id"),
      hookId: hook.id,
      repositoryId: hook.repositoryId,
      deliveredAt: this.#world.clock.now().toISOString(),
      ...about,
    };
    transaction.put(deliveries, hook.id, delivery.id, delivery);
    const ids = [...transaction.all(deliveries, hook.id).keys()];
    for (const old of ids.slice(0, -keptPerHook)) transaction.delete(deliveries, hook.id, old);
    transaction.after(() => this.#enqueue(delivery));
    return delivery;
  }

  #enqueue(delivery: Delivery): void {
    const before = this.#tails.get(delivery.hookId) ?? Promise.resolve();
    const tail = before
      .then(() => this.#send(delivery))
      .catch((error: unknown) => this.#world.onError(error, `delivery ${delivery.id} of hook ${delivery.hookId}`))
      .finally(() => {
        if (this.#tails.get(delivery.hookId) === tail) this.#tails.delete(delivery.hookId);
      });
    this.#tails.set(delivery.hookId, tail);
  }

  async #send(delivery: Delivery): Promise<void> {
    if (this.#closed) return;
    const { store, clock } = this.#world;
    const hook = store.get(hooks, delivery.repositoryId, delivery.hookId);
    // Deleted while the delivery waited: nobody is left to hear of it, and its log went with it.
    if (!hook) return;
    const deliveredAt = clock.now().toISOString();
    const result = await attempt(requestOf(delivery), hook.config, this.#connections);
    store.transact((transaction) => {
      if (!transaction.get(deliveries, hook.id, delivery.id)) return;
      transaction.put(deliveries, hook.id, delivery.id, { ...delivery, deliveredAt, result });
    });
  }
}
