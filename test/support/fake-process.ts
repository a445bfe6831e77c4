import type { Client } from "../../src/controller/client.ts";
import type { FakeClock } from "./clock.ts";
import { type FakeCluster, refusal } from "./fake-cluster.ts";

/**
 * One process of several on a fake cluster: it can be stopped in its tracks and continued, as by SIGSTOP, it can lose the
 * way to the API server, and its wall clock can be wrong. While it is stopped, time goes on and none of its code does.
 */
export class FakeProcess {
  readonly name: string;
  /** Milliseconds by which its wall clock is ahead. */
  skewMs = 0;
  /** While true its requests find no server. */
  isCutOff = false;
  readonly #cluster: FakeCluster;
  #stopped: Promise<void> | undefined;
  #go: () => void = () => undefined;

  constructor(cluster: FakeCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  stop(): void {
    this.#stopped ??= new Promise((resolve) => {
      this.#go = resolve;
    });
  }

  continue(): void {
    this.#stopped = undefined;
    this.#go();
  }

  get clock(): Pick<FakeClock, "now" | "monotonic" | "sleep"> {
    const { clock } = this.#cluster;
    return {
      now: () => new Date(clock.now().getTime() + this.skewMs),
      monotonic: () => clock.monotonic(),
      sleep: (ms, signal) => this.#runs(() => clock.sleep(ms, signal)),
    };
  }

  get client(): Client {
    const client = this.#cluster.client(this.name);
    return Object.fromEntries(
      Object.entries(client).map(([verb, call]) => [
        verb,
        (...args: unknown[]) =>
          this.#runs(async () => {
            if (this.isCutOff) throw refusal(0, "Unreachable", "no route to host");
            return (call as (...all: unknown[]) => Promise<unknown>)(...args);
          }),
      ]),
    ) as unknown as Client;
  }

  /** What began goes on elsewhere; the process hears of its end when it runs. */
  async #runs<T>(work: () => Promise<T>): Promise<T> {
    await this.#stopped;
    try {
      return await work();
    } finally {
      while (this.#stopped !== undefined) await this.#stopped;
    }
  }
}
