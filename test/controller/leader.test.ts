import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  alwaysLeader,
  type LeaderOptions,
  LeadershipLostError,
  LeaseElection,
  type Term,
} from "../../src/controller/leader.ts";
import { leaseResource } from "../../src/controller/lease.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { memoryLog } from "../support/fake-controller.ts";
import { FakeProcess } from "../support/fake-process.ts";

const lease = { namespace: "millrace-system", name: "millrace" };

function process(cluster: FakeCluster, name: string, { random = () => 0.5, ...options }: Partial<LeaderOptions> = {}) {
  const self = new FakeProcess(cluster, name);
  const { log, lines } = memoryLog();
  const { client, clock } = self;
  const election = new LeaseElection({ client, clock, time: clock, log, random, lease, identity: name, ...options });
  const quit = new AbortController();
  let term: Term | undefined;
  const stands = election.campaign(quit.signal).then(
    (won) => {
      term = won;
    },
    () => undefined,
  );
  return { self, election, lines, quit, stands, name, term: () => term };
}

const world = () => {
  const clock = new FakeClock();
  return { clock, cluster: new FakeCluster(clock) };
};
const spec = (cluster: FakeCluster) => cluster.get(leaseResource, lease)["spec"] as Record<string, unknown>;

test("the first candidate leads at once, and keeps the lease by renewing it", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(0);
  assert.ok(a.election.isLeader());
  const first = { holderIdentity: "a", leaseDurationSeconds: 35, leaseTransitions: 0 };
  const moment = "2026-01-01T00:00:00.000000Z";
  assert.deepEqual(spec(cluster), { ...first, acquireTime: moment, renewTime: moment });
  await clock.advance(600_000);
  assert.ok(a.election.isLeader());
  assert.deepEqual(spec(cluster), { ...first, acquireTime: moment, renewTime: "2026-01-01T00:10:00.000000Z" });
  await a.term()?.release();
  assert.equal(clock.sleeping, 0);
});

test("a lease that is given back is taken within a retry period", async () => {
  for (const after of [60_000, 62_000, 64_000, 66_000, 68_000, 70_000]) {
    const { clock, cluster } = world();
    const a = process(cluster, "a");
    await clock.advance(0);
    const b = process(cluster, "b", { random: () => 0.999 });
    await clock.advance(after);
    const releasing = a.term()!.release();
    await clock.advance(0);
    await releasing;
    assert.deepEqual([a.election.isLeader(), b.election.isLeader()], [false, false]);
    assert.deepEqual([spec(cluster)["holderIdentity"], spec(cluster)["leaseDurationSeconds"]], ["", 1]);
    await clock.advance(5_000);
    assert.ok(b.election.isLeader());
    assert.equal(spec(cluster)["leaseTransitions"], 1);
    assert.ok(!a.term()!.signal.aborted, "nothing was lost");
  }
});

test("when a leader vanishes, the next one leads when the lease has run out, and within 45 seconds", async () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    for (const diesAt of [60_000, 61_000, 62_500, 64_900]) {
      const { clock, cluster } = world();
      const a = process(cluster, "a");
      await clock.advance(0);
      const b = process(cluster, "b", { random });
      await clock.advance(diesAt);
      a.self.stop();
      await clock.advance(29_000);
      assert.ok(!b.election.isLeader(), "too early");
      await clock.advance(16_000);
      assert.ok(b.election.isLeader(), `not after 45 s, when it died at ${diesAt}`);
    }
  }
});

test("who is cut off stops writing before anybody else can begin", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(0);
  const b = process(cluster, "b");
  await clock.advance(60_000);
  a.self.isCutOff = true;
  let aEnded = 0;
  a.term()!.signal.addEventListener("abort", () => {
    aEnded = clock.monotonic();
  });
  await clock.until(() => b.election.isLeader(), 60_000);
  assert.ok(aEnded > 0 && clock.monotonic() - aEnded >= 4_000, `${clock.monotonic() - aEnded} ms between them`);
  assert.ok(a.term()!.signal.reason instanceof LeadershipLostError);
  a.self.isCutOff = false;
  await clock.advance(60_000);
  assert.ok(!a.election.isLeader() && b.election.isLeader());
});

test("a leader that was stopped and continued knows that it leads no more, before any timer tells it", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(0);
  const b = process(cluster, "b");
  await clock.advance(20_000);
  a.self.stop();
  await clock.advance(45_000);
  assert.ok(b.election.isLeader());
  assert.ok(!a.election.isLeader());
  assert.ok(a.term()!.signal.aborted);
  a.self.continue();
  await clock.advance(60_000);
  assert.ok(!a.election.isLeader() && b.election.isLeader());
  assert.equal(spec(cluster)["holderIdentity"], "b");
});

test("a wall clock that is set back prolongs nothing", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(60_000);
  a.self.isCutOff = true;
  a.self.skewMs = -3_600_000;
  await clock.advance(24_000);
  assert.ok(a.election.isLeader());
  await clock.advance(6_000);
  assert.ok(!a.election.isLeader());
});

test("validity counts from when a renewal was sent, however late its answer is", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(4_000);
  const { client } = a.self;
  const update = client.update;
  let answers = true;
  const slow = new LeaseElection({
    client: {
      ...client,
      update: async (...args) => {
        if (!answers) throw new Error("no route to host");
        const answer = await update(...args);
        await clock.sleep(9_000);
        return answer;
      },
    },
    clock,
    time: clock,
    log: memoryLog().log,
    random: () => 0.5,
    lease: { ...lease, name: "slow" },
    identity: "slow",
  });
  const campaign = slow.campaign(new AbortController().signal);
  await clock.advance(0);
  await campaign;
  // Sent five seconds later, and answered nine seconds after that.
  await clock.advance(14_000);
  answers = false;
  await clock.advance(20_900);
  assert.ok(slow.isLeader());
  await clock.advance(100);
  assert.ok(!slow.isLeader());
});

test("a machine that slept notices by its wall clock", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(0);
  a.self.skewMs = 31_000;
  assert.ok(!a.election.isLeader());
});

test("a candidate that was stopped does not take a lease that was renewed meanwhile", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(0);
  const b = process(cluster, "b");
  await clock.advance(10_000);
  b.self.stop();
  await clock.advance(300_000);
  b.self.continue();
  await clock.advance(1_000);
  assert.ok(a.election.isLeader() && !b.election.isLeader());
});

test("an outage shorter than the renew deadline costs nothing", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(12_000);
  cluster.outage = true;
  await clock.advance(24_000);
  cluster.outage = false;
  await clock.advance(60_000);
  assert.ok(a.election.isLeader());
  assert.ok(!a.term()!.signal.aborted);
});

test("a renewal whose answer was lost is no reason to go", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(12_000);
  cluster.edit(leaseResource, lease, (object) => {
    object["spec"] = { ...(object["spec"] as object), renewTime: "2026-01-01T00:00:11.000000Z" };
  });
  await clock.advance(60_000);
  assert.ok(a.election.isLeader());
});

test("a request that hangs leaves time for another before the deadline", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  await clock.advance(1_000);
  const { client } = a.self;
  let hangs = true;
  const election = new LeaseElection({
    client: {
      ...client,
      update: (resource, object, options) =>
        hangs
          ? clock.sleep(3_600_000, options?.signal).then(() => client.update(resource, object))
          : client.update(resource, object, options),
    },
    clock,
    time: clock,
    log: memoryLog().log,
    random: () => 0.5,
    lease: { ...lease, name: "other" },
    identity: "x",
  });
  const campaign = election.campaign(new AbortController().signal);
  await clock.advance(0);
  const term = await campaign;
  await clock.advance(14_000);
  hangs = false;
  await clock.advance(60_000);
  assert.ok(election.isLeader() && !term.signal.aborted);
  assert.ok(a.election.isLeader());
});

test("a candidate that quits right after it asked gives back what it may have got", async () => {
  const { clock, cluster } = world();
  const a = process(cluster, "a");
  cluster.fail = (verb) => {
    if (verb === "create") a.quit.abort(new Error("SIGTERM"));
    return undefined;
  };
  await clock.advance(100);
  await a.stands;
  assert.equal(a.term(), undefined);
  assert.equal(spec(cluster)["holderIdentity"], "");
  assert.equal(clock.sleeping, 0);
});

test("a lease that is in somebody's hand but never renewed is taken when its time is over", async () => {
  const { clock, cluster } = world();
  cluster.create(leaseResource, {
    metadata: lease,
    spec: { holderIdentity: "gone", leaseDurationSeconds: 15, leaseTransitions: 4 },
  });
  const a = process(cluster, "a");
  await clock.advance(14_900);
  assert.ok(!a.election.isLeader());
  await clock.advance(400);
  assert.ok(a.election.isLeader());
  assert.equal(spec(cluster)["leaseTransitions"], 5);
});

test("times that cannot keep the promise are refused", () => {
  const { cluster } = world();
  assert.throws(() => process(cluster, "a", { renewDeadlineMs: 35_000 }), /35000 > 35000 > 1.2 \* 5000 does not hold/);
  assert.throws(() => process(cluster, "a", { retryPeriodMs: 30_000 }), RangeError);
});

test("a single process leads without asking anybody", async () => {
  const term = await alwaysLeader.campaign(new AbortController().signal);
  assert.ok(alwaysLeader.isLeader() && !term.signal.aborted);
  await term.release();
});

/** What can befall a process, and all of them at once. */
const befall: Readonly<Record<string, (self: FakeProcess, cluster: FakeCluster) => void>> = {
  stop: (self) => self.stop(),
  continue: (self) => self.continue(),
  cut: (self) => {
    self.isCutOff = true;
  },
  mend: (self) => {
    self.isCutOff = false;
  },
  skew: (self) => {
    self.skewMs += 7_000;
  },
  outage: (_, cluster) => {
    cluster.outage = true;
  },
  calm: (_, cluster) => {
    cluster.outage = false;
  },
};

async function watched(all: readonly ReturnType<typeof process>[], clock: FakeClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await clock.advance(1_000);
    const leaders = all.filter(({ election }) => election.isLeader());
    assert.ok(leaders.length <= 1, `${leaders.map(({ name }) => name)} lead at ${clock.monotonic()}`);
  }
}

test("whatever is stopped, cut off or set wrong: never two leaders, and one in the end", async () => {
  const trouble = fc.record({
    after: fc.integer({ min: 1, max: 40 }),
    who: fc.nat(2),
    what: fc.constantFrom(...Object.keys(befall)),
  });
  const luck = fc.infiniteStream(fc.nat(999));
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { maxLength: 12, size: "max" }), luck, async (troubles, numbers) => {
      const { clock, cluster } = world();
      const random = () => (numbers.next().value as number) / 1_000;
      const all = ["a", "b", "c"].map((name) => process(cluster, name, { random }));
      for (const { after, who, what } of troubles) {
        await watched(all, clock, after);
        befall[what]!(all[who]!.self, cluster);
      }
      cluster.outage = false;
      for (const { self } of all) {
        self.isCutOff = false;
        self.continue();
      }
      // Who lost its lease stands for election no more: its process ends, and another one starts.
      all.push(process(cluster, "fresh", { random }));
      await watched(all, clock, 50);
      assert.equal(all.filter(({ election }) => election.isLeader()).length, 1);
    }),
    { numRuns: 12 },
  );
});
