import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../src/controller/client.ts";
import { eventResource } from "../../src/controller/event-object.ts";
import { EventRecorder } from "../../src/controller/events.ts";
import { Registry } from "../../src/controller/metrics.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster, refusal } from "../support/fake-cluster.ts";
import { at, memoryLog, Thing } from "../support/fake-controller.ts";

function given() {
  const clock = new FakeClock();
  const cluster = new FakeCluster(clock);
  const registry = new Registry();
  const { log, lines } = memoryLog();
  let ids = 0;
  let may = true;
  const recorder = new EventRecorder({
    client: cluster.client(),
    clock,
    log,
    reporter: { controller: "millrace.dev/controller", instance: "millrace-0" },
    uniqueId: () => `id${++ids}`,
    mayWrite: () => may,
    dropped: registry.counter({ name: "dropped_total", help: "Dropped." })(),
  });
  const thing = (name: string): KubeObject =>
    cluster.create(Thing.resource, { metadata: { namespace: "fleet", name }, spec: { size: 1 } });
  return {
    clock,
    cluster,
    recorder,
    lines,
    thing,
    mayNot: () => {
      may = false;
    },
    events: () => cluster.all(eventResource) as (KubeObject & Record<string, unknown>)[],
    dropped: () => Number(registry.text().match(/^dropped_total (\d+)/m)?.[1]),
  };
}

const news = (reason: string, note = "#4 was opened") =>
  ({ type: "Normal", reason, action: "Reconcile", note }) as const;

test("an event is about exactly this object, and as the API server takes it", async () => {
  const { recorder, thing, events, clock } = given();
  const about = thing("a");
  recorder.record(about, news("Opened"));
  await clock.advance(0);
  const [event] = events();
  const { metadata, apiVersion, kind, ...rest } = event!;
  assert.deepEqual(
    [metadata.namespace, metadata.name, apiVersion, kind],
    ["fleet", "a.id1", "events.k8s.io/v1", "Event"],
  );
  const { uid, resourceVersion } = about.metadata;
  assert.deepEqual(rest, {
    eventTime: "2026-01-01T00:00:00.000000Z",
    reportingController: "millrace.dev/controller",
    reportingInstance: "millrace-0",
    type: "Normal",
    reason: "Opened",
    action: "Reconcile",
    note: "#4 was opened",
    regarding: { kind: "Thing", apiVersion: "millrace.dev/v1alpha1", ...at("a"), uid, resourceVersion },
  });
});

test("the same news again is a series of the same event, and after six quiet minutes an event of its own", async () => {
  const { recorder, thing, events, clock } = given();
  const about = thing("a");
  for (let repeat = 0; repeat < 3; repeat++) {
    recorder.record(about, news("Throttled"));
    await clock.advance(60_000);
  }
  assert.deepEqual(
    events().map((event) => event["series"]),
    [{ count: 3, lastObservedTime: "2026-01-01T00:02:00.000000Z" }],
  );
  await clock.advance(6 * 60_000);
  recorder.record(about, news("Throttled"));
  recorder.record(about, news("Opened"));
  await clock.advance(0);
  assert.equal(events().length, 3);
});

test("a burst within one turn is one request", async () => {
  const { recorder, thing, events, clock, cluster } = given();
  const about = thing("a");
  for (let repeat = 0; repeat < 10; repeat++) recorder.record(about, news("Throttled"));
  await clock.advance(0);
  assert.deepEqual([cluster.writes.length, (events()[0]!["series"] as { count: number }).count], [1, 10]);
});

test("an object tells 25 things at once and then one every five minutes; others are not held up", async () => {
  const { recorder, thing, events, clock, dropped } = given();
  const [chatty, quiet] = [thing("chatty"), thing("quiet")];
  for (let index = 0; index < 40; index++) recorder.record(chatty, news(`Reason${index}`));
  recorder.record(quiet, news("Opened"));
  await clock.advance(0);
  assert.deepEqual([events().length, dropped()], [26, 15]);
  await clock.advance(5 * 60_000);
  recorder.record(chatty, news("Later1"));
  recorder.record(chatty, news("Later2"));
  await clock.advance(0);
  assert.deepEqual([events().length, dropped()], [27, 16]);
});

test("an object that was silent for a day has no more to say than 25 things", async () => {
  const { recorder, thing, events, clock } = given();
  const about = thing("a");
  recorder.record(about, news("Opened"));
  await clock.advance(24 * 3_600_000);
  for (let index = 0; index < 40; index++) recorder.record(about, news(`Reason${index}`));
  await clock.advance(0);
  assert.equal(events().length, 26);
});

test("repetitions that could not be told are counted in the next that is", async () => {
  const { recorder, thing, events, clock } = given();
  const about = thing("a");
  for (let index = 0; index < 24; index++) recorder.record(about, news(`Reason${index}`));
  for (let repeat = 0; repeat < 5; repeat++) recorder.record(about, news("Throttled"));
  await clock.advance(5 * 60_000);
  recorder.record(about, news("Throttled"));
  await clock.advance(0);
  const told = events().find((event) => event["reason"] === "Throttled");
  assert.equal((told!["series"] as { count: number }).count, 6);
});

test("what fails is tried again twice, then dropped and counted, and never thrown", async () => {
  const { recorder, thing, events, clock, cluster, dropped } = given();
  const about = thing("a");
  let failures = 2;
  cluster.fail = () => (failures-- > 0 ? refusal(503, "ServiceUnavailable", "no") : undefined);
  recorder.record(about, news("Opened"));
  await clock.advance(5_000);
  assert.deepEqual([events().length, dropped()], [1, 0]);
  failures = 3;
  recorder.record(about, news("Merged"));
  await clock.advance(5_000);
  assert.deepEqual([events().length, dropped()], [1, 1]);
  recorder.record(about, news("Merged"));
  await clock.advance(5_000);
  assert.equal(events().length, 2, "what was dropped may be told anew");
});

test("an event that expired at the server is told as a new one", async () => {
  const { recorder, thing, events, clock, cluster } = given();
  const about = thing("a");
  recorder.record(about, news("Throttled"));
  await clock.advance(0);
  cluster.delete(eventResource, { namespace: "fleet", name: events()[0]!.metadata.name });
  recorder.record(about, news("Throttled"));
  await clock.advance(5_000);
  assert.deepEqual(
    events().map(({ metadata }) => metadata.name),
    ["a.id2"],
  );
});

test("flushing waits until all is told", async () => {
  const { recorder, thing, events, clock } = given();
  recorder.record(thing("a"), news("Opened"));
  recorder.record(thing("b"), news("Opened"));
  await recorder.flush();
  assert.equal(events().length, 2);
  await recorder.flush();
  assert.equal(clock.sleeping, 0);
});

test("who does not lead any more tells nothing", async () => {
  const { recorder, thing, events, clock, mayNot } = given();
  mayNot();
  recorder.record(thing("a"), news("Opened"));
  await clock.advance(0);
  assert.equal(events().length, 0);
});

test("a long note is cut to a kilobyte between characters, long names and words to what the API takes", async () => {
  const { recorder, thing, events, clock } = given();
  recorder.record(thing("n".repeat(250)), { ...news("R".repeat(200), "ä€😀".repeat(500)), action: "A".repeat(200) });
  await clock.advance(0);
  const { note, reason, action, metadata } = events()[0] as unknown as Record<string, string> & {
    metadata: { name: string };
  };
  assert.ok(Buffer.byteLength(note!) <= 1_024 && Buffer.byteLength(note!) > 1_000);
  assert.match(note!, /^(ä€😀)+(ä|ä€)?…$/u);
  assert.deepEqual([reason!.length, action!.length], [128, 128]);
  assert.ok(metadata.name.length <= 253);
});

test("a thousand events may wait, and no more: the oldest go", async () => {
  const { recorder, thing, events, clock, dropped } = given();
  const things = Array.from({ length: 50 }, (_, index) => thing(`t${index}`));
  for (let index = 0; index < 25; index++) for (const each of things) recorder.record(each, news(`Reason${index}`));
  await clock.advance(0);
  assert.deepEqual([events().length, dropped()], [1_000, 250]);
  assert.ok(events().every((event) => Number(String(event["reason"]).slice(6)) >= 5));
});
