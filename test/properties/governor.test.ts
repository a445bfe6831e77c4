import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
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
setMaxListeners(0, signal);

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
    const first = Number(asks[0]!.key);
    for (const [place, { request }] of host.went.entries())
      assert.ok(Math.abs(Number(request.key) - first - place) <= 80, `${request.key} went as number ${place}`);
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

describe("the line before the limit on creating content", () => {
  const claim = (tenant: string, n: number, priority = 4): Request => ({
    ...requestOf({ kind: "create", priority, tenant }),
    key: `${tenant}${n}`,
  });

  /** Everybody asks at once and comes back when told. Gives the keys in the order in which they went. */
  async function order(asks: readonly Request[], limits: Limits = small): Promise<readonly string[]> {
    const host = new Host(limits);
    let left = asks.length;
    for (const ask of asks) void host.persist(ask, 5).then(() => left--);
    await host.clock.until(() => left === 0, 1_000 * 3_600_000);
    host.holds(limits);
    return host.went.map(({ request }) => request.key);
  }

  test("no namespace starves: each has its first through before any has a second, once there is a line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat(1_000), { minLength: 70, maxLength: 70 }),
        async (counts, luck) => {
          const asks = counts.flatMap((count, tenant) =>
            Array.from({ length: count }, (_, n) => claim("abcde"[tenant]!, n)),
          );
          const shuffled = asks.map((ask, n) => ({ ask, at: luck[n]! })).sort((a, b) => a.at - b.at);
          const went = await order(shuffled.map(({ ask }) => ask));
          // The first ten are let through as they come, since there is no line yet.
          const behind = went.slice(10).map((key) => key[0]!);
          const left = new Map<string, number>();
          for (const tenant of behind) left.set(tenant, (left.get(tenant) ?? 0) + 1);
          const served = new Map<string, number>();
          for (const tenant of behind) {
            served.set(tenant, (served.get(tenant) ?? 0) + 1);
            for (const [other, all] of left) {
              // Nobody gets far ahead of another who still waits: two rounds, and what elders take.
              const ahead = served.get(tenant)! - (served.get(other) ?? 0);
              assert.ok((served.get(other) ?? 0) === all || ahead <= 2 + Math.ceil(behind.length / 8), went.join(" "));
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("one proposal of a namespace does not wait behind a thousand of another", async () => {
    const limits: Limits = { ...small, contentPerMinute: 80, contentPerHour: 100, pointsPerMinute: 900 };
    const host = new Host(limits);
    for (let n = 0; n < 300; n++) void host.persist(claim("a", n), 5);
    await host.clock.advance(5_000);
    assert.equal(host.went.length, 80);
    let done = false;
    void host.persist(claim("b", 0), 5).then(() => {
      done = true;
    });
    await host.clock.until(() => done, 2 * 3_600_000);
    assert.ok(host.went.length <= 100, `it went as number ${host.went.length}`);
  });

  test("the urgent go first however long the line is, and every eighth goes to who waited the longest", async () => {
    const limits: Limits = { ...small, contentPerMinute: 8, contentPerHour: 24, pointsPerMinute: 900 };
    const host = new Host(limits);
    const regeneration = Array.from({ length: 30 }, (_, n) => claim("a", n, 6));
    for (const ask of regeneration) void host.persist(ask, 5);
    await host.clock.advance(3_000);
    let left = 40;
    for (let n = 0; n < 40; n++) void host.persist(claim("b", n, 0), 5).then(() => left--);
    const from = host.went.length;
    await host.clock.until(() => left === 0, 24 * 3_600_000);
    const meanwhile = host.went.slice(from).map(({ request }) => request.key[0]);
    const patient = meanwhile.filter((tenant) => tenant === "a").length;
    assert.ok(patient >= 3 && patient <= 8, `${patient} of ${meanwhile.length}: ${meanwhile.join("")}`);
    host.holds(limits);
  });
});

describe("what is kept of the primary limit", () => {
  const limit = { ...fine, limit: 1_000, resetsAt: Date.parse("2026-01-01T01:00:00Z") };
  const now = Date.parse("2026-01-01T00:00:00Z");
  const ask = (priority: number): Request => ({ ...requestOf({ kind: "read", priority, tenant: "a" }) });

  test("a twentieth is left to security and releases", () => {
    const governor = new Governor();
    governor.begin(ask(4));
    governor.finish(ask(4), { ...limit, remaining: 51 }, 0, now);
    assert.equal(governor.earliest(ask(4), now), now);
    governor.begin(ask(4));
    governor.finish(ask(4), { ...limit, remaining: 50 }, 0, now);
    assert.equal(governor.earliest(ask(4), now), now + 3_601_000);
    assert.equal(governor.earliest(ask(3), now), now);
    assert.equal(governor.throttledUntil(now), undefined);
  });

  test("the host's clock may differ from ours by as much as it likes", () => {
    for (const skewMs of [-7_200_000, -5_000, 0, 5_000, 7_200_000]) {
      const governor = new Governor();
      const hostNow = now + skewMs;
      governor.begin(ask(4));
      governor.finish(ask(4), { ...fine, limit: 1_000, remaining: 0, resetsAt: hostNow + 60_000, hostNow }, 0, now);
      assert.equal(governor.earliest(ask(0), now), now + 61_000, `${skewMs}`);
    }
  });

  test("GraphQL has a limit of its own", () => {
    const governor = new Governor();
    const graphql: Request = { ...ask(0), resource: "graphql" };
    governor.begin(graphql);
    governor.finish(graphql, { ...limit, remaining: 0, resource: "graphql" }, 0, now);
    assert.ok(governor.earliest(graphql, now) > now);
    assert.equal(governor.earliest(ask(4), now), now);
    assert.equal(governor.quota, undefined);
  });
});

test("the host's processors are not asked for more than 90 s in a minute, by the time of their answers", () => {
  const governor = new Governor();
  const ask = requestOf({ kind: "read", priority: 4, tenant: "a" });
  let now = Date.parse("2026-01-01T00:00:00Z");
  // A tenth of a second is the way there and back; the rest is work.
  for (const tookMs of [100, ...Array(46).fill(2_100)]) {
    assert.equal(governor.earliest(ask, now), now);
    governor.begin(ask);
    governor.finish(ask, fine, tookMs, now);
    now += 10;
  }
  assert.ok(governor.earliest(ask, now) > now + 60_000);
});
