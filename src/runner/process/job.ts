import type { RunState } from "../../reconcilers/runner-port.ts";

/** A run of this process: under way, or ended without a result. */
export class Job {
  readonly #stop = new AbortController();
  readonly #work: Promise<void>;
  #message: string;
  #startedAt: Date | undefined;
  #lost: string | undefined;
  #over = false;

  /** `work` gets what it says of itself, and a signal; when it rejects, the run is lost. */
  constructor(message: string, work: (job: Job, signal: AbortSignal) => Promise<void>) {
    this.#message = message;
    this.#work = this.#do(work);
  }

  /** What it waits for, and since when it runs. */
  say(message: string, startedAt?: Date): void {
    this.#message = message;
    this.#startedAt = startedAt;
  }

  /** Its result is in its folder; what is still to be tidied up is nobody's concern. */
  done(): void {
    this.#over = true;
  }

  /** Undefined when it is over and its result is in its folder. */
  state(): RunState | undefined {
    if (this.#lost !== undefined) return { is: "lost", message: this.#lost };
    if (this.#over) return undefined;
    return { is: "pending", message: this.#message, startedAt: this.#startedAt };
  }

  /** Stops it. Resolves when nothing of it is left. */
  async end(why: string): Promise<void> {
    this.#stop.abort(new Error(why));
    await this.#work;
  }

  async #do(work: (job: Job, signal: AbortSignal) => Promise<void>): Promise<void> {
    await Promise.resolve(); // `work` sees a job that is made.
    try {
      await work(this, this.#stop.signal);
    } catch (error) {
      // Where the result is there already, the next start tidies up.
      if (!this.#over) this.#lost = error instanceof Error ? error.message : String(error);
    } finally {
      this.#over = true;
    }
  }
}
