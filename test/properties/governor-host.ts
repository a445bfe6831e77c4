import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Strict, type StrictReport } from "../../src/embedded/forge/strict.ts";
import { Governor, type Said } from "../../src/forge/governor.ts";
import { Keeper } from "../../src/forge/keeper.ts";
import type { Limits } from "../../src/forge/limits.ts";
import { RequestGate } from "../../src/forge/request-gate.ts";
import type { Request } from "../../src/forge/waiting-line.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { Clock, Memory } from "../../src/reconcilers/ports.ts";
import { FakeClock } from "../support/clock.ts";
import { silent } from "../support/memory-host.ts";

/** What outlives the processes of a test. It can be told to fail. */
export class TestMemory implements Memory {
  readonly texts = new Map<string, string>();
  saves = 0;
  fails: (verb: "load" | "save") => boolean = () => false;

  async load(name: string): Promise<string | undefined> {
    await setImmediate();
    if (this.fails("load")) throw new Error("the API server does not answer");
    return this.texts.get(name);
  }

  async save(name: string, text: string): Promise<void> {
    await setImmediate();
    if (this.fails("save")) throw new Error("the API server does not answer");
    assert.ok(Buffer.byteLength(text) <= 16 * 1024, `${Buffer.byteLength(text)} bytes`);
    this.saves += 1;
    this.texts.set(name, text);
  }
}

/** How long a request is on its way, how long it is served, and how long the answer takes, in milliseconds. */
export interface Times {
  readonly thereMs: number;
  readonly servedMs: number;
  readonly backMs: number;
}

/** A strict host, at the end of a line that takes its time. */
export class FarHost {
  readonly clock = new FakeClock();
  readonly memory = new TestMemory();
  readonly strict: Strict;
  /** Keys of what was created, in order. */
  readonly created: string[] = [];

  constructor(limits: Partial<Limits>) {
    this.strict = new Strict({ clock: this.clock, limits });
  }

  /** What the host has to say against us. */
  get report(): StrictReport | undefined {
    return this.strict.reports()[0];
  }

  /** Serves a request that is on its way, whatever becomes of who sent it. */
  async serve(request: Request, { thereMs, servedMs, backMs }: Times): Promise<Said> {
    await this.clock.sleep(thereMs);
    const { content, points } = request;
    const path = content ? "/repos/acme/sdk/pulls" : "/repos/acme/sdk/pulls/1";
    const said: Said = {
      limited: false,
      retryAfterMs: undefined,
      limit: undefined,
      remaining: undefined,
      resetsAt: undefined,
      hostNow: Math.floor(this.clock.now().getTime() / 1_000) * 1_000,
    };
    try {
      const leave = this.strict.enter("us", { method: content ? "POST" : points === 1 ? "GET" : "PATCH", path });
      if (content) this.created.push(request.key);
      await this.clock.sleep(servedMs);
      leave();
      await this.clock.sleep(backMs);
      return said;
    } catch (error) {
      const { headers } = error as { readonly headers: Readonly<Record<string, string>> };
      await this.clock.sleep(backMs);
      return { ...said, limited: true, retryAfterMs: Number(headers["retry-after"]) * 1_000 };
    }
  }
}

/** One of our processes, with a clock that may differ from the host's, until it is killed. */
export class Sender {
  readonly gate: RequestGate;
  readonly governor: Governor;
  readonly #host: FarHost;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  skewMs: number;

  constructor(host: FarHost, limits: Limits, skewMs = 0) {
    this.#host = host;
    this.skewMs = skewMs;
    const { clock, memory } = host;
    this.#clock = {
      now: () => new Date(clock.now().getTime() + this.skewMs),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    };
    this.governor = new Governor(limits);
    setMaxListeners(0, this.#end.signal);
    const { signal } = this.#end;
    const keeper = new Keeper({
      governor: this.governor,
      clock: this.#clock,
      log: silent,
      name: "forge",
      memory,
      signal,
    });
    this.gate = new RequestGate(this.governor, this.#clock, keeper);
  }

  /** Sends once. What has left us reaches the host even when we are killed. */
  async send(request: Request, times: Times): Promise<void> {
    const { signal } = this.#end;
    await this.gate.run(request, signal, async () => {
      const said = await this.#host.serve(request, times);
      signal.throwIfAborted();
      return { said, result: undefined };
    });
  }

  /** Sends as a reconciler does: comes back when it is told to. False when the process was killed before it was done. */
  async persist(request: Request, times: Times): Promise<boolean> {
    const { signal } = this.#end;
    for (;;) {
      try {
        await this.send(request, times);
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        assert.ok(error instanceof ForgeError && error.code === "limited", String(error));
        await this.#clock.sleep(error.retryAfterMs ?? 0);
        if (signal.aborted) return false;
      }
    }
  }

  kill(): void {
    this.#end.abort(new Error("killed"));
  }
}
