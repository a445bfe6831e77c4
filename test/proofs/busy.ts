import diagnostics from "node:diagnostics_channel";
import { setImmediate } from "node:timers/promises";
import type { Git } from "../../src/reconcilers/git-port.ts";
import type { FakeClock } from "../support/clock.ts";

/** So many rounds of the event loop without anything new: whoever waits then waits for the clock. */
const quietRounds = 6;

/**
 * Knows whether anything real is under way, so that simulated time may jump to the next timer: requests over HTTP, which
 * undici tells of, and calls of git.
 */
export class Busy {
  #underWay = 0;
  #seen = 0;
  readonly #begin = (): void => {
    this.#underWay += 1;
    this.#seen += 1;
  };
  readonly #end = (): void => {
    this.#underWay -= 1;
    this.#seen += 1;
  };

  constructor() {
    diagnostics.subscribe("undici:request:create", this.#begin);
    diagnostics.subscribe("undici:request:trailers", this.#end);
    diagnostics.subscribe("undici:request:error", this.#end);
  }

  close(): void {
    diagnostics.unsubscribe("undici:request:create", this.#begin);
    diagnostics.unsubscribe("undici:request:trailers", this.#end);
    diagnostics.unsubscribe("undici:request:error", this.#end);
  }

  /** The same git, whose calls are noticed. */
  watching(git: Git): Git {
    return new Proxy(git, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): unknown => {
          const result: unknown = member.apply(target, args);
          if (!(result instanceof Promise)) return result;
          this.#begin();
          return result.finally(this.#end);
        };
      },
    });
  }

  /** Resolves when nothing is under way and nothing follows from what was. */
  async idle(): Promise<void> {
    for (let quiet = 0, seen = this.#seen; quiet < quietRounds; quiet++) {
      await setImmediate();
      if (this.#underWay > 0 || this.#seen !== seen) quiet = 0;
      seen = this.#seen;
    }
  }

  /** Lets time jump from timer to timer, each time with nothing under way, until the condition holds. */
  async until(clock: FakeClock, condition: () => boolean, withinMs: number): Promise<void> {
    const end = clock.monotonic() + withinMs;
    for (await this.idle(); !condition(); await this.idle()) {
      const next = clock.untilNext;
      if (next === undefined) throw new Error("nobody waits for anything, so waiting is in vain");
      if (clock.monotonic() + next > end) throw new Error(`not within ${withinMs} ms of simulated time`);
      await clock.advance(next);
    }
  }
}
