import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "../../src/controller/client.ts";
import { FencedError, fenced } from "../../src/controller/fence.ts";
import type { Informer } from "../../src/controller/informer.ts";
import { LeadershipLostError, LeaseElection } from "../../src/controller/leader.ts";
import { leaseResource } from "../../src/controller/lease.ts";
import { DrainError, type Patience, type Server } from "../../src/controller/lifecycle.ts";
import { createManager } from "../../src/controller/manager.ts";
import { SyncTimeoutError } from "../../src/controller/sync.ts";
import { StalledError } from "../../src/reconcilers/errors.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster, refusal } from "../support/fake-cluster.ts";
import { at, type Behaviour, memoryLog, seen, Thing, type Thing as ThingObject } from "../support/fake-controller.ts";
import type { FakeInformer } from "../support/fake-informer.ts";
import { FakeProcess } from "../support/fake-process.ts";

interface GivenOptions {
  readonly behave?: Behaviour;
  readonly name?: string;
  readonly elects?: boolean;
  readonly servers?: readonly Server[];
  readonly patience?: Partial<Patience>;
  readonly list?: Client["list"];
}

const lease = { namespace: "millrace-system", name: "millrace" };

/** One process of a fleet on one cluster. It runs as soon as it is made. */
function started(cluster: FakeCluster, options: GivenOptions = {}) {
  const { name = "a", elects = false } = options;
  const self = new FakeProcess(cluster, name);
  const { clock } = self;
  const { log, lines } = memoryLog();
  const client = { ...self.client, ...(options.list && { list: options.list }) };
  const informer: FakeInformer = cluster.separateInformer(Thing.resource);
  const parts = { client, clock, time: clock, log, random: () => 0.5 };
  const election = elects ? new LeaseElection({ ...parts, lease, identity: name }) : undefined;
  const manager = createManager({
    ...parts,
    informers: new Map<string, Informer>([["Thing", informer]]),
    lookup: { get: () => undefined, list: () => [] },
    reconcilers: [{ kind: Thing, reconcile: options.behave ?? (async (thing: ThingObject) => seen(thing)) }],
    identity: name,
    ...(election && { election }),
    ...(options.servers && { servers: options.servers }),
    ...(options.patience && { patience: options.patience }),
  });
  const quit = new AbortController();
  const begin = () => {
    const end: { is?: "stopped"; error?: unknown } = {};
    const run = manager.run(quit.signal).then(
      () => {
        end.is = "stopped";
      },
      (error: unknown) => {
        end.error = error;
      },
    );
    return { run, end };
  };
  return { self, lines, manager, informer, quit, election, ...begin() };
}
const world = () => {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  const thing = (name: string, size = 1) =>
    cluster.create(Thing.resource, { metadata: { ...at(name) }, spec: { size } });
  const status = (name: string) =>
    cluster.get(Thing.resource, at(name))["status"] as Record<string, unknown> | undefined;
  const resize = (name: string, size: number) =>
    cluster.edit(Thing.resource, at(name), (object) => {
      object["spec"] = { size };
    });
  return { clock, cluster, thing, status, resize };
};
const holder = (cluster: FakeCluster) =>
  (cluster.get(leaseResource, lease)["spec"] as Record<string, unknown>)["holderIdentity"];

test("a manager starts in order, works, and stops in reverse without leaving a timer", async () => {
  const { clock, cluster, thing, status } = world();
  const log: string[] = [];
  const server = (name: string): Server => ({
    name,
    start: async () => void log.push(`start ${name}`),
    stop: async () => void log.push(`stop ${name}`),
  });
  thing("a", 3);
  const process = started(cluster, {
    elects: true,
    servers: [server("probes"), server("gateway")],
    behave: async (each) => {
      log.push(`turn ${holder(cluster)}`);
      return seen(each);
    },
  });
  assert.deepEqual(process.manager.readiness(), { ok: false, reasons: ["the cache of Thing is not filled yet"] });
  await clock.advance(10);
  assert.equal(status("a")?.["seen"], 3);
  assert.deepEqual(process.manager.readiness(), { ok: true, reasons: [] });
  assert.match(process.manager.metrics(), /^leader_election_master_status\{name="millrace"\} 1$/m);
  process.quit.abort(new Error("SIGTERM"));
  await clock.advance(10);
  assert.equal(process.end.is, "stopped");
  assert.deepEqual(log, ["start probes", "start gateway", "turn a", "stop gateway", "stop probes"]);
  assert.equal(holder(cluster), "");
  assert.deepEqual(process.manager.readiness().reasons, ["the process is stopping"]);
  assert.equal(clock.sleeping, 0);
});

test("a cache that does not fill in two minutes ends the process, naming the kind and why", async () => {
  const { clock, cluster } = world();
  const stopped: string[] = [];
  const process = started(cluster, {
    servers: [{ name: "probes", start: async () => undefined, stop: async () => void stopped.push("probes") }],
    // biome-ignore lint/correctness/useYield: it fails before it could
    list: async function* () {
      throw refusal(404, "NotFound", "the server could not find the requested resource");
    },
  });
  process.informer.stuck = true;
  await clock.advance(119_000);
  assert.equal(process.end.error, undefined);
  await clock.advance(2_000);
  const { error } = process.end as { error: SyncTimeoutError };
  assert.ok(error instanceof SyncTimeoutError);
  assert.match(
    error.message,
    /within 120 s: Thing \(things\.millrace\.dev\): .*404 NotFound: the server could not find/,
  );
  assert.deepEqual(stopped, ["probes"]);
  await clock.advance(10_000);
  assert.equal(clock.sleeping, 0);
});

test("a server that hangs is named, too", async () => {
  const { clock, cluster } = world();
  const process = started(cluster, {
    // biome-ignore lint/correctness/useYield: it never does
    list: async function* (_, options) {
      await clock.sleep(3_600_000, options?.signal);
    },
  });
  process.informer.stuck = true;
  await clock.advance(126_000);
  assert.match(String(process.end.error), /Thing .*: the server does not answer its list/);
});

test("SIGTERM while the caches fill is a quiet end", async () => {
  const { clock, cluster } = world();
  const process = started(cluster);
  process.informer.stuck = true;
  await clock.advance(5_000);
  process.quit.abort(new Error("SIGTERM"));
  await clock.advance(2_000);
  assert.equal(process.end.is, "stopped");
  assert.equal(clock.sleeping, 0);
});

test("a standby is ready, keeps its caches, and works within 10 seconds of the leader's SIGTERM", async () => {
  const { clock, cluster, thing, status, resize } = world();
  thing("a", 1);
  const leader = started(cluster, { elects: true, name: "one" });
  await clock.advance(100);
  const standby = started(cluster, { elects: true, name: "two" });
  await clock.advance(60_000);
  assert.deepEqual(standby.manager.readiness(), { ok: true, reasons: [] });
  assert.equal(cluster.writes.filter(({ by, subresource }) => by === "two" && subresource).length, 0);
  leader.quit.abort(new Error("SIGTERM"));
  resize("a", 2);
  const before = clock.monotonic();
  await clock.until(() => status("a")?.["seen"] === 2, 60_000);
  assert.ok(clock.monotonic() - before <= 10_000, `${clock.monotonic() - before} ms`);
  assert.equal(leader.end.is, "stopped");
  standby.quit.abort(new Error("SIGTERM"));
  await clock.advance(1_000);
});

test("turns may finish for three seconds, then they are told to stop, and only then the lease is given back", async () => {
  const { clock, cluster, thing, status } = world();
  const log: string[] = [];
  for (const name of ["quick", "slow"]) thing(name);
  const process = started(cluster, {
    elects: true,
    behave: async (each, { signal }) => {
      await clock.sleep(each.metadata.name === "quick" ? 2_000 : 60_000, signal).catch(() => undefined);
      log.push(`${each.metadata.name} ends at ${clock.monotonic()}, lease of ${holder(cluster)}`);
      return seen(each);
    },
  });
  await clock.advance(1_000);
  process.quit.abort(new Error("SIGTERM"));
  await clock.advance(10_000);
  assert.deepEqual(log, ["quick ends at 2000, lease of a", "slow ends at 4000, lease of a"]);
  assert.equal(status("quick")?.["seen"], 1);
  assert.equal(status("slow"), undefined);
  assert.equal(process.end.is, "stopped");
  assert.equal(holder(cluster), "");
});

test("a turn that ignores its end keeps the lease from being given back, and ends the process with its name", async () => {
  const { clock, cluster, thing } = world();
  thing("a");
  const process = started(cluster, {
    elects: true,
    behave: async (each) => {
      await clock.sleep(3_600_000);
      return seen(each);
    },
  });
  await clock.advance(1_000);
  process.quit.abort(new Error("SIGTERM"));
  await clock.advance(29_000);
  assert.equal(process.end.error, undefined);
  await clock.advance(2_000);
  assert.ok((process.end as { error: unknown }).error instanceof DrainError);
  assert.match(String(process.end.error), /within 30 s: 1 of thing/);
  assert.equal(holder(cluster), "a");
  await clock.advance(35_000);
  assert.equal(process.election?.isLeader(), false, "what still runs can write no more");
});

test("two managers, one of which is stopped in its tracks: never two writers, and every change is seen", async () => {
  const { clock, cluster, thing, status, resize } = world();
  for (let index = 0; index < 5; index++) thing(`t${index}`, 0);
  const behave =
    (self: () => FakeProcess): Behaviour =>
    async (each, { signal }) => {
      await self().clock.sleep(300, signal);
      return seen(each);
    };
  const one = started(cluster, { elects: true, name: "one", behave: behave(() => one.self) });
  await clock.advance(1_000);
  const two = started(cluster, { elects: true, name: "two", behave: behave(() => two.self) });
  for (let second = 1; second <= 20; second++) {
    for (let index = 0; index < 5; index++) resize(`t${index}`, second);
    await clock.advance(1_000);
  }
  // In the middle of turns: what it has begun goes on when it is continued, long after another one leads.
  for (let index = 0; index < 5; index++) resize(`t${index}`, 21);
  await clock.advance(100);
  one.self.stop();
  const stoppedAt = clock.monotonic();
  for (let second = 22; second <= 70; second++) {
    for (let index = 0; index < 5; index++) resize(`t${index}`, second);
    await clock.advance(1_000);
  }
  one.self.continue();
  await clock.advance(20_000);
  const writes = cluster.writes.filter(({ subresource }) => subresource === "status");
  const firstOfTwo = writes.find(({ by }) => by === "two")?.at ?? 0;
  const lastOfOne = writes.filter(({ by }) => by === "one").at(-1)?.at ?? 0;
  assert.ok(lastOfOne <= stoppedAt && firstOfTwo >= stoppedAt + 25_000, `${lastOfOne} ${stoppedAt} ${firstOfTwo}`);
  for (let index = 0; index < 5; index++) assert.equal(status(`t${index}`)?.["seen"], 70);
  assert.ok(one.end.error instanceof LeadershipLostError);
  assert.match(String(one.end.error), /could not be renewed in time/);
  two.quit.abort(new Error("SIGTERM"));
  await clock.advance(5_000);
});

test("a minute without the API server costs leadership, not the standby's readiness, and afterwards somebody works", async () => {
  const { clock, cluster, thing, status, resize } = world();
  thing("a", 1);
  const one = started(cluster, { elects: true, name: "one" });
  await clock.advance(1_000);
  const two = started(cluster, { elects: true, name: "two" });
  await clock.advance(10_000);
  cluster.outage = true;
  resize("a", 2);
  await clock.advance(60_000);
  assert.ok(one.end.error instanceof LeadershipLostError);
  assert.ok(two.manager.readiness().ok);
  cluster.outage = false;
  // What the standby did not see during the outage it has to watch for the whole length of the lease.
  await clock.advance(45_000);
  assert.equal(status("a")?.["seen"], 2);
  two.quit.abort(new Error("SIGTERM"));
  await clock.advance(5_000);
});

test("events are told before the lease is given back", async () => {
  const { clock, cluster, thing } = world();
  thing("a");
  const process = started(cluster, {
    elects: true,
    behave: async () => {
      process.quit.abort(new Error("SIGTERM"));
      throw new StalledError("Odd", "size is odd");
    },
  });
  await clock.advance(5_000);
  const order = cluster.writes.map(({ resource, verb }) => `${verb} ${resource.kind}`);
  assert.deepEqual(order.slice(-3), ["apply Thing", "create Event", "update Lease"]);
});

test("a server that does not stop is left behind after three seconds", async () => {
  const { clock, cluster } = world();
  const process = started(cluster, {
    servers: [{ name: "gateway", start: async () => undefined, stop: () => new Promise(() => undefined) }],
  });
  await clock.advance(10);
  process.quit.abort(new Error("SIGTERM"));
  await clock.advance(3_000);
  assert.equal(process.end.is, "stopped");
  assert.ok(process.lines.some(({ level, what }) => level === "warn" && what === "server gateway"));
});

test("a server that cannot start ends the process, and what was started is stopped", async () => {
  const { clock, cluster } = world();
  const log: string[] = [];
  const process = started(cluster, {
    servers: [
      { name: "probes", start: async () => undefined, stop: async () => void log.push("stop probes") },
      { name: "gateway", start: () => Promise.reject(new Error("port 9292 is taken")), stop: async () => undefined },
    ],
  });
  await clock.advance(10);
  assert.match(String(process.end.error), /port 9292 is taken/);
  assert.deepEqual(log, ["stop probes"]);
});

test("a reconciler of a kind that is not watched is refused when the parts are put together", () => {
  const { cluster } = world();
  const { client, clock } = new FakeProcess(cluster, "a");
  const parts = { client, clock, time: clock, log: memoryLog().log, random: () => 0.5, identity: "a" };
  const lookup = { get: () => undefined, list: () => [] };
  const reconcilers = [{ kind: Thing, reconcile: async (thing: ThingObject) => seen(thing) }];
  assert.throws(() => createManager({ ...parts, lookup, reconcilers, informers: new Map() }), /no informer of Thing/);
});

test("a fenced client reads, and writes only while it may", async () => {
  const { cluster, thing } = world();
  thing("a");
  let may = true;
  const client = fenced(cluster.client(), () => may);
  await client.mergePatch(Thing.resource, at("a"), { spec: { size: 2 } });
  may = false;
  assert.equal((await client.get(Thing.resource, at("a")))["spec"] !== undefined, true);
  for (const write of [
    () => client.mergePatch(Thing.resource, at("a"), {}),
    () => client.jsonPatch(Thing.resource, at("a"), []),
    () => client.create(Thing.resource, { metadata: { ...at("b") } }),
    () => client.update(Thing.resource, { metadata: { ...at("a") } }),
    () => client.apply(Thing.resource, { metadata: { ...at("a") } }, { fieldManager: "x" }),
    () => client.delete(Thing.resource, at("a")),
    () => client.raw("POST", "/"),
  ]) {
    await assert.rejects(write, FencedError);
  }
  assert.equal(cluster.writes.length, 1);
});
