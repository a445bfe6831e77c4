import type { Repository } from "./store/record.ts";
import type { Transaction } from "./store/store.ts";

/** Something that happened, as a webhook tells it. */
export interface ForgeEvent {
  /** GitHub's event name: `push`, `pull_request`, `create`, `delete`, `release`, `check_run`, `status`, … */
  readonly name: string;
  /** GitHub's `action`, where the event has one. */
  readonly action?: string;
  readonly repository: Repository;
  /** Login of who caused it. */
  readonly sender: string;
  /** The fields of the event beside `action`, `repository` and `sender`. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Called inside the transaction that made the event true; use `transaction.after` for what leaves the forge. */
export type Listener = (transaction: Transaction, event: ForgeEvent) => void;

/** Whoever wants to know what happens in the forge. */
export class Events {
  readonly #listeners: Listener[] = [];

  /** Listeners live as long as the forge. */
  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  emit(transaction: Transaction, event: ForgeEvent): void {
    for (const listener of this.#listeners) listener(transaction, event);
  }
}
