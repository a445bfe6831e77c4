import type { Run } from "../../reconcilers/runner-port.ts";
import type { Tickets } from "./ticket.ts";

/** A run that this process looked at. */
export interface Entry {
  readonly run: Run;
  /** Its Job, once that was seen. */
  job: string | undefined;
  /** The tickets of that Job, once they were asked for: nobody can change them. */
  tickets: (Tickets & { readonly job: string }) | undefined;
}

/** The runs that this process looked at and that nobody has discarded since; only for these does it hand out files. */
export class Roster {
  readonly #entries = new Map<string, Entry>();

  /** The run as it is asked for now: its remote's credential is newer. */
  enter(run: Run): Entry {
    const known = this.#entries.get(run.id);
    const same = known?.run.owner.uid === run.owner.uid ? known : undefined;
    const entry: Entry = { run, job: same?.job, tickets: same?.tickets };
    this.#entries.set(run.id, entry);
    return entry;
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  leave(id: string): void {
    this.#entries.delete(id);
  }
}
