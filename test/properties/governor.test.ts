import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Governor, type Said } from "../../src/forge/governor.ts";
import { githubLimits, type Limits } from "../../src/forge/limits.ts";
import { RequestGate } from "../../src/forge/request-gate.ts";
import type { Request } from "../../src/forge/waiting-line.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { FakeClock } from "../support/clock.ts";

const fine: Said = {
  limited: false,
  retryAfterMs: undefined,
  limit: undefined,
  remaining: undefined,
  resetsAt: undefined,
};
const { signal } = new AbortController();

interface Went {
  readonly at: number;
  readonly request: Request;
}

/** A host behind the gate, on a clock of its own, that remembers what came when and how many at once. */
class Host {
  readonly clock = new FakeClock();
  readonly gate: RequestGate;
  readonly went: Went[] = [];
  inFlight = 0;
  most = 0;

  constructor(limits: Limits) {
    this.gate = new RequestGate(new Governor(limits), this.clock);
  }

  /** Sends once; the answer takes so long. */
  send(request: Request, tookMs: number): Promise<void> {
    return this.gate.run(request, signal, async () => {
      this.went.push({ at: this.clock.now().getTime(), request });
      this.inFlight += 1;
      this.most = Math.max(this.most, this.inFlight);
      await this.clock.sleep(tookMs);
      this.inFlight -= 1;
      return { said: fine, result: undefined };
    });
  }

  /** Sends as a reconciler does: comes back when it is told to. Resolves when it went. */
  async persist(request: Request, tookMs: number): Promise<void> {
    for (;;) {
      try {
        return await this.send(request, tookMs);
      } catch (error) {
        assert.ok(error instanceof ForgeError && error.code === "limited", String(error));
        assert.ok((error.retryAfterMs ?? 0) >= 1_000);
        await this.clock.sleep(error.retryAfterMs ?? 0);
      }
    }
  }

  /** The most of `cost` that any stretch of `ms` holds. */
  peak(ms: number, cost: (request: Request) => number): number {
    let most = 0;
    let sum = 0;
    let from = 0;
    for (const { at, request } of this.went) {
      sum += cost(request);
      while (this.went[from]!.at <= at - ms) sum -= cost(this.went[from++]!.request);
      most = Math.max(most, sum);
    }
    return most;
  }

  holds(limits: Limits): void {
    const content = ({ content }: Request): number => (content ? 1 : 0);
    assert.ok(this.peak(60_000, content) <= limits.contentPerMinute, "content in a minute");
    assert.ok(this.peak(3_600_000, content) <= limits.contentPerHour, "content in an hour");
    assert.ok(this.peak(60_000, ({ points }) => points) <= limits.pointsPerMinute, "points in a minute");
    assert.ok(this.most <= limits.inFlight, "requests at once");
  }
}

const small: Limits = {
  ...githubLimits,
  contentPerMinute: 4,
  contentPerHour: 10,
  pointsPerMinute: 30,
  inFlight: 3,
};

const anyRequest = fc.record({
  kind: fc.constantFrom("read", "write", "create"),
  priority: fc.integer({ min: 0, max: 3 }),
  tenant: fc.constantFrom("a", "b", "c"),
  afterMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 90_000 })),
  tookMs: fc.integer({ min: 1, max: 5_000 }),
});

let key = 0;
const requestOf = ({ kind, priority, tenant }: { kind: string; priority: number; tenant: string }): Request => ({
  points: kind === "read" ? 1 : 5,
  content: kind === "create",
  priority,
  tenant,
  key: String(key++),
  doing: "ask",
});

describe("the governor", () => {
  test("never lets more through in any window than the limits, and lets everything through in the end", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRequest, { maxLength: 60 }), async (asks) => {
        const host = new Host(small);
        const sent: Promise<void>[] = [];
        for (const ask of asks) {
          await host.clock.advance(ask.afterMs);
          sent.push(host.persist(requestOf(ask), ask.tookMs));
        }
        let left = sent.length;
        for (const each of sent) void each.then(() => left--);
        await host.clock.until(() => left === 0, 24 * 3_600_000);
        host.holds(small);
        assert.equal(host.went.length, asks.length);
        assert.equal(host.gate.length, 0);
      }),
      { numRuns: 60 },
    );
  });

  test("500 pull requests on one credential, a call each, take just over an hour in their order", async () => {
    const host = new Host(githubLimits);
    const asks = Array.from({ length: 520 }, () => requestOf({ kind: "create", priority: 1, tenant: "a" }));
    let left = asks.length;
    for (const ask of asks) void host.persist(ask, 300).then(() => left--);
    await host.clock.until(() => left === 0, 2 * 3_600_000);
    host.holds(githubLimits);
    const minutes = (host.went.at(-1)!.at - host.went[0]!.at) / 60_000;
    assert.ok(minutes > 60 && minutes < 65, `${minutes} minutes`);
    assert.ok(host.went[499]!.at - host.went[0]!.at < 7 * 60_000, "500 of them in the first minutes");
    const order = host.went.map(({ request }) => Number(request.key));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  test("the urgent go first, and who waits long becomes urgent", async () => {
    const host = new Host(small);
    // A steady stream of urgent content, as much as fits and more, beside one that is in no hurry.
    const patient = requestOf({ kind: "create", priority: 3, tenant: "a" });
    let done = false;
    for (let n = 0; n < 4; n++) void host.persist(requestOf({ kind: "create", priority: 0, tenant: "b" }), 1);
    await host.clock.advance(10);
    void host.persist(patient, 1).then(() => {
      done = true;
    });
    const hurry = async (): Promise<void> => {
      for (let n = 0; n < 400 && !done; n++) {
        void host.persist(requestOf({ kind: "create", priority: 0, tenant: "b" }), 1);
        await host.clock.sleep(10_000);
      }
    };
    void hurry();
    await host.clock.until(() => done, 24 * 3_600_000);
    assert.ok(host.went.length > 4, "at first the urgent go before it");
    const hours = (host.went.at(-1)!.at - host.went[0]!.at) / 3_600_000;
    assert.ok(hours < 3, `after ${hours} hours it is its turn`);
    host.holds(small);
  });

  test("of those who wait, the more urgent goes first", async () => {
    const host = new Host({ ...small, inFlight: 1 });
    const ask = (priority: number, tenant = "a") => requestOf({ kind: "read", priority, tenant });
    const all = [ask(1), ask(3), ask(2), ask(0)].map((request) => host.send(request, 400));
    await host.clock.advance(3_000);
    await Promise.all(all);
    assert.deepEqual(
      host.went.map(({ request }) => request.priority),
      [1, 0, 2, 3],
    );
  });

  test("namespaces that share a credential take turns", async () => {
    const host = new Host({ ...small, inFlight: 1 });
    const tenants = ["a", "a", "a", "a", "b", "b"];
    const all = tenants.map((tenant) => host.send(requestOf({ kind: "read", priority: 1, tenant }), 200));
    await host.clock.advance(3_000);
    await Promise.all(all);
    // The first was through before anybody else was there.
    assert.deepEqual(host.went.map(({ request }) => request.tenant).join(""), "aababa");
  });

  test("who would wait for long is told when to come back, and holds no memory", async () => {
    const host = new Host(small);
    for (let n = 0; n < 4; n++) void host.send(requestOf({ kind: "create", priority: 1, tenant: "a" }), 1);
    await host.clock.advance(10);
    const late = requestOf({ kind: "create", priority: 1, tenant: "a" });
    await assert.rejects(host.send(late, 1), (error) => {
      assert.ok(error instanceof ForgeError);
      assert.match(error.message, /until 2026-01-01T00:01:02Z/);
      return error.code === "limited" && (error.retryAfterMs ?? 0) > 59_000;
    });
    assert.equal(host.gate.length, 0);
    assert.equal(host.clock.sleeping, 0);
  });

  test("who gives up at the gate leaves it", async () => {
    const host = new Host({ ...small, inFlight: 1 });
    void host.send(requestOf({ kind: "read", priority: 1, tenant: "a" }), 1_000);
    const stop = new AbortController();
    const waits = host.gate.run(requestOf({ kind: "read", priority: 1, tenant: "a" }), stop.signal, async () => {
      throw new Error("was sent");
    });
    stop.abort(new Error("enough"));
    await assert.rejects(waits, /enough/);
    assert.equal(host.gate.length, 0);
    await host.clock.advance(5_000);
    assert.equal(host.clock.sleeping, 0);
  });
});

describe("the governor's reading of answers", () => {
  const ask: Request = { points: 1, content: false, priority: 1, tenant: "a", key: "k", doing: "ask" };
  const now = Date.parse("2026-01-01T00:00:00Z");
  const refused = (change: Partial<Said> = {}): Said => ({ ...fine, limited: true, ...change });
  const said = (governor: Governor, what: Said, at = now): void => {
    governor.begin(ask);
    governor.finish(ask, what, 0, at);
  };

  test("waits as long as retry-after says", () => {
    const governor = new Governor();
    said(governor, refused({ retryAfterMs: 17_000 }));
    assert.equal(governor.earliest(ask, now), now + 17_000);
    assert.deepEqual(governor.throttledUntil(now), new Date(now + 17_000));
    assert.equal(governor.throttledUntil(now + 17_000), undefined);
  });

  test("waits a minute after a refusal without a word, and twice as long after the next", () => {
    const governor = new Governor();
    said(governor, refused());
    assert.equal(governor.earliest(ask, now), now + 60_000);
    said(governor, refused(), now + 60_000);
    assert.equal(governor.earliest(ask, now + 60_000), now + 180_000);
    said(governor, fine, now + 180_000);
    said(governor, refused(), now + 181_000);
    assert.equal(governor.earliest(ask, now + 181_000), now + 241_000);
  });

  test("stops when the hour's quota is used up, until it is filled again", () => {
    const governor = new Governor();
    said(governor, { ...fine, limit: 5_000, remaining: 0, resetsAt: now + 600_000 });
    assert.equal(governor.earliest(ask, now), now + 601_000);
    assert.equal(governor.earliest(ask, now + 601_000), now + 601_000);
  });

  test("is not misled by answers that overtake each other", () => {
    const governor = new Governor();
    said(governor, { ...fine, limit: 5_000, remaining: 10, resetsAt: now + 600_000 });
    said(governor, { ...fine, limit: 5_000, remaining: 12, resetsAt: now + 600_000 });
    assert.equal(governor.quota?.remaining, 10);
    said(governor, { ...fine, limit: 5_000, remaining: 4_999, resetsAt: now + 4_200_000 });
    said(governor, { ...fine, limit: 5_000, remaining: 3, resetsAt: now + 600_000 });
    assert.equal(governor.quota?.remaining, 4_999);
  });

  test("has no more under way than the quota has left", () => {
    const governor = new Governor();
    said(governor, { ...fine, limit: 5_000, remaining: 2, resetsAt: now + 600_000 });
    governor.begin(ask);
    assert.equal(governor.isFull(ask, now), false);
    governor.begin(ask);
    assert.equal(governor.isFull(ask, now), true);
    governor.finish(ask, undefined, 0, now);
    assert.equal(governor.isFull(ask, now), false);
  });
});
