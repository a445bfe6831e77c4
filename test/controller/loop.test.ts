import assert from "node:assert/strict";
import { test } from "node:test";
import { ForgeError, StalledError, WaitingError } from "../../src/reconcilers/errors.ts";
import { finalizer, requestedAt } from "../../src/schema/object.ts";
import { refusal } from "../support/fake-cluster.ts";
import { at, given, seen, Thing } from "../support/fake-controller.ts";

const ready = (status: { conditions?: readonly { type: string }[] | undefined }) =>
  status.conditions?.find(({ type }) => type === "Ready") as Record<string, unknown> | undefined;

test("status is written once, whole, and the next turn finds nothing to write", async () => {
  const world = given();
  world.thing("a", 3);
  await world.runs();
  const { seen: size, observedGeneration, conditions } = world.status("a");
  assert.deepEqual([size, observedGeneration], [3, 1]);
  assert.deepEqual(
    conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    ["Ready=True Seen"],
  );
  world.controller.enqueue(at("a"));
  await world.clock.advance(60_000);
  assert.equal(world.statusWrites().length, 1);
  await world.ends();
});

test("our own write wakes nobody: a changed status is no reason for a turn", async () => {
  let turns = 0;
  const world = given({ behave: async (thing) => ({ ...seen(thing), status: { note: `turn ${++turns}` } }) });
  world.thing("a");
  await world.runs();
  await world.clock.advance(60_000);
  assert.equal(turns, 1);
  await world.ends();
});

test("what a person changes while a turn runs gets a turn of its own, and status tells which spec it is about", async () => {
  const world = given({
    behave: async (thing, { signal }) => {
      await world.clock.sleep(1_000, signal);
      return seen(thing);
    },
  });
  world.thing("a", 1);
  await world.runs();
  await world.clock.advance(500);
  world.resize("a", 2);
  await world.clock.advance(500);
  assert.deepEqual([world.status("a")["seen"], world.status("a").observedGeneration], [1, 1]);
  await world.clock.advance(5_000);
  assert.deepEqual([world.status("a")["seen"], world.status("a").observedGeneration], [2, 2]);
  await world.ends();
});

test("no turn decides on a cache that is older than our own last write", async () => {
  const decided: (number | undefined)[] = [];
  const world = given({
    behave: async (thing) => {
      decided.push(thing.status?.seen);
      const next = (thing.status?.seen ?? 0) + 1;
      return { ...seen(thing, next < 4 ? { is: "now" } : { is: "never" }), status: { seen: next } };
    },
  });
  world.cluster.delayMs = 700;
  world.thing("a");
  await world.runs();
  await world.clock.advance(20_000);
  assert.deepEqual(decided, [undefined, 1, 2, 3], "each turn saw what the one before wrote");
  assert.equal(world.status("a")["seen"], 4);
  await world.ends();
});

test("the turn that waits for the cache is taken as soon as the cache is there", async () => {
  const times: number[] = [];
  const world = given({
    behave: async (thing) => {
      times.push(world.clock.monotonic());
      return { ...seen(thing, times.length < 2 ? { is: "now" } : { is: "never" }), status: { seen: times.length } };
    },
  });
  world.cluster.delayMs = 150;
  world.thing("a");
  await world.runs();
  await world.clock.advance(5_000);
  assert.deepEqual(times, [0, 150]);
  await world.ends();
});

test("a request for a turn is acknowledged, however it ends", async () => {
  const world = given({
    behave: async (thing) => {
      if (thing.spec.size === 0) throw new StalledError("TooSmall", "size 0 is too small");
      return seen(thing);
    },
  });
  world.thing("a", 1);
  world.thing("bad", 0);
  await world.runs();
  for (const name of ["a", "bad"]) {
    world.cluster.edit(Thing.resource, at(name), ({ metadata }) => {
      metadata["annotations"] = { [requestedAt]: `token-${name}`, "other/annotation": "x" };
    });
  }
  await world.clock.advance(1_000);
  assert.equal(world.status("a").lastHandledReconcileAt, "token-a");
  assert.equal(world.status("bad").lastHandledReconcileAt, "token-bad");
  await world.ends();
});

test("a label that somebody changes in between costs no second turn, a status does", async () => {
  let turns = 0;
  const world = given({
    behave: async (thing) => {
      turns += 1;
      return { ...seen(thing), status: { seen: turns } };
    },
  });
  world.thing("a");
  let interfered = 0;
  world.cluster.fail = (verb) => {
    if (verb !== "apply" || interfered >= 2) return undefined;
    interfered += 1;
    world.cluster.edit(Thing.resource, at("a"), ({ metadata }) => {
      metadata["annotations"] = { "somebody/else": String(interfered) };
    });
    return undefined;
  };
  await world.runs();
  assert.deepEqual([turns, interfered, world.status("a")["seen"]], [1, 2, 1]);

  world.cluster.fail = (verb) => {
    if (verb !== "apply" || interfered >= 3) return undefined;
    interfered += 1;
    world.cluster.edit(Thing.resource, at("a"), (object) => {
      object["status"] = { ...(object["status"] as object), note: "written by another leader" };
    });
    return undefined;
  };
  world.resize("a", 2);
  await world.clock.advance(10_000);
  assert.equal(turns, 3);
  assert.equal(world.status("a")["seen"], 3);
  await world.ends();
});

test("an answer that was lost on the way is not taken for a conflict", async () => {
  const world = given();
  world.thing("a");
  let lost = false;
  world.cluster.fail = (verb, resource) => {
    if (verb !== "apply" || lost) return undefined;
    lost = true;
    const condition = {
      type: "Ready",
      status: "True",
      reason: "Seen",
      message: "size 1 was seen",
      observedGeneration: 1,
    };
    world.cluster.edit(resource, at("a"), (object) => {
      const conditions = [{ ...condition, lastTransitionTime: "2026-01-01T00:00:00Z" }];
      object["status"] = { seen: 1, observedGeneration: 1, conditions };
    });
    return undefined;
  };
  await world.runs();
  await world.clock.advance(1_000);
  assert.equal(world.status("a")["seen"], 1);
  assert.equal(world.metric(/^controller_runtime_reconcile_total\{controller="thing",result="success"\} (\d+)/m), 1);
  await world.ends();
});

test("a namesake never gets the status of what was there before", async () => {
  const world = given({
    behave: async (thing, { signal }) => {
      if (thing.spec.size === 1) await world.clock.sleep(1_000, signal);
      return seen(thing);
    },
  });
  world.thing("a", 1);
  await world.runs();
  world.cluster.delete(Thing.resource, at("a"));
  world.thing("a", 7);
  await world.clock.advance(20_000);
  assert.equal(world.status("a")["seen"], 7);
  assert.equal(world.statusWrites().length, 1);
  await world.ends();
});

test("failures become conditions, and what was known stays known", async () => {
  const errors: unknown[] = [];
  const world = given({
    behave: async (thing) => {
      if (errors.length > 0) throw errors[0];
      return seen(thing);
    },
    tempo: { backoff: { baseMs: 100, capMs: 1_000 } },
  });
  world.thing("a", 5);
  await world.runs();
  const shows = async (error: unknown): Promise<string> => {
    errors.splice(0, 1, error);
    world.controller.enqueue(at("a"));
    await world.clock.advance(10);
    const status = world.status("a");
    assert.equal(status["seen"], 5);
    const [, second] = status.conditions ?? [];
    return `${second?.type}: ${ready(status)?.["reason"]}, ${ready(status)?.["message"]}`;
  };
  assert.equal(await shows(new StalledError("Odd", "size is odd")), "Stalled: Odd, size is odd");
  assert.equal(await shows(new WaitingError("NotYet", "b is not ready")), "Reconciling: NotYet, b is not ready");
  assert.match(
    await shows(new ForgeError("denied", "the token was not accepted")),
    /^Stalled: AccessDenied, the token/,
  );
  assert.match(await shows(refusal(403, "Forbidden", "no")), /^Stalled: RefusedByCluster, TEST \//);
  assert.match(await shows(refusal(0, "Unreachable", "no")), /^Reconciling: ClusterUnavailable/);
  const bug = new TypeError("undefined is not a function: token hunter2");
  assert.match(await shows(bug), /^Reconciling: InternalError, an unforeseen failure/);
  assert.equal(world.lines.filter(({ level }) => level === "error").at(-1)?.["err"], bug, "the log has the details");
  await world.ends();
});

test("what can never be is not tried again before something changes", async () => {
  let turns = 0;
  const world = given({
    behave: async (thing) => {
      turns += 1;
      if (thing.spec.size === 0) throw new StalledError("TooSmall", "size 0 is too small");
      return seen(thing);
    },
    tempo: { sweepMs: 24 * 3_600_000 },
  });
  world.thing("a", 0);
  await world.runs();
  await world.clock.advance(10 * 60_000);
  assert.equal(turns, 1);
  world.resize("a", 1);
  await world.clock.advance(0);
  assert.equal(turns, 2);
  assert.equal(world.metric(/^controller_runtime_terminal_reconcile_errors_total\{.*\} (\d+)/m), 1);
  await world.ends();
});

test("an object that does not match its schema says which field, and an old status does not stand in the way", async () => {
  const world = given();
  world.thing("bad", -1);
  world.thing("old", 2);
  world.cluster.edit(Thing.resource, at("old"), (object) => {
    object["status"] = { seen: "a string, once" };
  });
  await world.runs();
  const { reason, message } = ready(world.status("bad")) ?? {};
  assert.equal(reason, "InvalidObject");
  assert.match(String(message), /spec\.size/);
  assert.equal(world.status("old")["seen"], 2);
  await world.ends();
});

test("a kind that cleans up holds its objects first, and lets go when it has cleaned up", async () => {
  const log: string[] = [];
  let cleaned = false;
  const world = given({
    behave: async (thing) => {
      log.push(`reconcile ${world.cluster.get(Thing.resource, at("a")).metadata.finalizers}`);
      assert.equal(world.clock.monotonic(), 0, "the cache has caught up, so there is nothing to wait for");
      return seen(thing);
    },
    finalize: async (thing) => {
      log.push("finalize");
      if (cleaned) return "gone";
      const finding = { verdict: "progressing", reason: "CleaningUp", message: "closing #4" } as const;
      return { ...seen(thing), finding, again: { is: "after", ms: 5_000 } };
    },
  });
  world.thing("a", 1, { finalizers: ["other.example/hold"] });
  await world.runs();
  await world.clock.advance(1_000);
  assert.deepEqual(log.splice(0), [`reconcile other.example/hold,${finalizer}`]);

  world.cluster.delete(Thing.resource, at("a"));
  await world.clock.advance(1_000);
  assert.deepEqual(log.splice(0), ["finalize"]);
  assert.equal(ready(world.status("a"))?.["reason"], "CleaningUp");

  cleaned = true;
  await world.clock.advance(10_000);
  assert.deepEqual(log, ["finalize"]);
  assert.deepEqual(world.cluster.get(Thing.resource, at("a")).metadata.finalizers, ["other.example/hold"]);
  await world.ends();
});

for (const before of [undefined, ["first.example/hold"]]) {
  test(`finalizers that change in between are read again, never overwritten: ${before ?? "none"} at first`, async () => {
    const world = given({ finalize: async () => "gone" });
    world.thing("a", 1, before ? { finalizers: before } : {});
    const patches: unknown[] = [];
    world.cluster.fail = (verb) => {
      if (verb === "patch" && patches.push(verb) === 1) {
        world.cluster.edit(Thing.resource, at("a"), ({ metadata }) => {
          metadata["finalizers"] = ["other.example/hold"];
        });
      }
      return undefined;
    };
    await world.runs();
    assert.deepEqual(world.cluster.get(Thing.resource, at("a")).metadata.finalizers, ["other.example/hold"]);
    await world.clock.advance(5_000);
    assert.deepEqual(world.cluster.get(Thing.resource, at("a")).metadata.finalizers, ["other.example/hold", finalizer]);
    assert.equal(patches.length, 2);
    await world.ends();
  });
}

test("an object that goes already is held no more", async () => {
  let finalized = 0;
  const world = given({
    finalize: async () => {
      finalized += 1;
      return "gone";
    },
  });
  world.thing("a", 1, { finalizers: ["other.example/hold"], deletionTimestamp: "2026-01-01T00:00:00Z" });
  await world.runs();
  assert.deepEqual([world.cluster.writes, finalized], [[], 0]);
  await world.ends();
});

test("a message that is too long for the API server is cut", async () => {
  const world = given({
    behave: async () => {
      throw new StalledError("Odd", "x".repeat(5_000));
    },
  });
  world.thing("a");
  await world.runs();
  assert.equal(String(ready(world.status("a"))?.["message"]).length, 4_096);
  await world.ends();
});

test("a status that is no status any more does not keep a failure from being told", async () => {
  const world = given({
    behave: async () => {
      throw new StalledError("Odd", "size is odd");
    },
  });
  world.thing("a");
  world.cluster.edit(Thing.resource, at("a"), (object) => {
    object["status"] = { seen: "a string, once", note: "kept" };
  });
  await world.runs();
  const { seen: size, note } = world.status("a");
  assert.deepEqual([size, note, ready(world.status("a"))?.["reason"]], [undefined, undefined, "Odd"]);
  await world.ends();
});

test("an object that goes without us is left alone", async () => {
  const world = given();
  world.thing("a", 1, { finalizers: ["other.example/hold"], deletionTimestamp: "2026-01-01T00:00:00Z" });
  await world.runs();
  assert.equal(world.statusWrites().length, 0);
  await world.ends();
});

test("an event tells of a new reason, and of the first one only when a person is needed", async () => {
  let reason: string | undefined;
  const world = given({
    behave: async (thing) => {
      if (reason) throw new StalledError(reason, "it cannot be");
      return seen(thing);
    },
  });
  world.thing("a");
  await world.runs();
  assert.deepEqual(world.told, []);
  reason = "Odd";
  world.controller.enqueue(at("a"));
  await world.clock.advance(10);
  world.controller.enqueue(at("a"));
  await world.clock.advance(10);
  const event = { type: "Warning", reason: "Odd", action: "Reconcile", note: "it cannot be", about: "a" };
  assert.deepEqual(world.told, [event]);
  world.thing("b");
  await world.clock.advance(10);
  assert.deepEqual(world.told[1], { ...event, about: "b" });
  await world.ends();
});

test("the same reason with another message is written and logged, and is no event", async () => {
  let note = "2 of 3 checks passed";
  const world = given({
    behave: async (thing) => ({
      ...seen(thing),
      finding: { verdict: "progressing", reason: "ChecksRunning", message: note },
    }),
  });
  world.thing("a");
  await world.runs();
  note = "3 of 3 checks passed";
  world.controller.enqueue(at("a"));
  await world.clock.advance(10);
  assert.equal(ready(world.status("a"))?.["message"], note);
  assert.deepEqual(world.told, []);
  assert.deepEqual(
    world.lines.filter(({ level }) => level === "info").map(({ message }) => message),
    ["2 of 3 checks passed", "3 of 3 checks passed"],
  );
  await world.ends();
});

test("a kind that has nothing to clean up any more lets its objects go", async () => {
  const world = given();
  world.thing("a", 1, { finalizers: [finalizer] });
  await world.runs();
  world.cluster.delete(Thing.resource, at("a"));
  await world.clock.advance(1_000);
  assert.ok(!world.cluster.has(Thing.resource, at("a")));
  await world.ends();
});

test("the log says at info what changed for people, once", async () => {
  const world = given();
  world.thing("a", 4);
  await world.runs();
  world.controller.enqueue(at("a"));
  await world.clock.advance(10);
  const lines = world.lines.filter(({ level }) => level === "info");
  assert.deepEqual(
    lines.map(({ reason, message, generation }) => [reason, message, generation]),
    [["Seen", "size 4 was seen", 1]],
  );
  await world.ends();
});

test("a secret in a message reaches neither status nor event", async () => {
  const world = given({
    behave: async () => {
      throw new StalledError("Odd", `https://x-access-token:${"s3cr3t".repeat(3)}@forge.example/a was not found`);
    },
  });
  world.thing("a");
  await world.runs();
  assert.doesNotMatch(JSON.stringify([world.status("a"), world.told, world.lines]), /s3cr3t/);
  assert.match(String(ready(world.status("a"))?.["message"]), /forge\.example/);
  await world.ends();
});

test("who may not write, writes nothing and starts nothing", async () => {
  let may = true;
  let turns = 0;
  const world = given({
    mayWrite: () => may,
    behave: async (thing, { signal }) => {
      turns += 1;
      await world.clock.sleep(1_000, signal);
      return seen(thing);
    },
  });
  world.thing("a");
  await world.runs();
  may = false;
  world.thing("b");
  await world.clock.advance(60_000);
  assert.deepEqual([turns, world.cluster.writes.length], [1, 0]);
  await world.ends();
});
