import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { bundleOf } from "../../src/runner/job/bundle.ts";
import { jobWorld, podOf, runOf, signal } from "./job-fixture.ts";

const run = runOf();
const done = { exitCode: 0, startedAt: "2026-03-01T10:00:02Z", finishedAt: "2026-03-01T10:00:03Z" };
type World = ReturnType<typeof jobWorld>;

let world: World;
beforeEach(() => {
  world = jobWorld();
});
afterEach(() => world.close());

const ticketsOf = ({ jobs }: World) => jobs.only("Secret")["stringData"] as { source: string; result: string };
const at = (w: World) => ({ at: w.clock.now() });

async function* parts(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes.subarray(0, 3);
  yield bytes.subarray(3);
}

/** A bundle in which a.txt says something else. */
async function changed(text = "two\n"): Promise<{ bytes: Buffer; sha256: string }> {
  const folder = await mkdtemp(join(world.folder, "work-"));
  await writeFile(join(folder, "a.txt"), text);
  const { parts } = await bundleOf(folder, [{ path: "a.txt", is: "File" }]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of parts()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const drained = async (body: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  for await (const part of body) size += part.length;
  return size;
};

describe("starting a run", () => {
  test("makes a suspended Job first, then what it needs, and only then lets it begin", async () => {
    const made: string[] = [];
    world.jobs.fail = (verb) => {
      if (verb.startsWith("create") || verb === "change") made.push(verb);
    };
    const state = await world.start().runner.look(run, signal);
    assert.equal(state.is, "pending");
    assert.deepEqual(made, ["create Job", "create NetworkPolicy", "create Secret", "change"]);
    assert.equal((world.jobs.only("Job")["spec"] as { suspend: boolean }).suspend, false);
    const { source, result } = ticketsOf(world);
    assert.match(source, /^[A-Za-z0-9_-]{43}$/);
    assert.notEqual(source, result);
  });

  test("goes on where a process died between any two of its steps, with one Job and one Secret", async () => {
    for (const step of ["create Job", "create NetworkPolicy", "create Secret", "change"]) {
      const fresh = jobWorld();
      fresh.jobs.fail = (verb) => {
        if (verb === step) throw new Error("killed");
      };
      await assert.rejects(fresh.start().runner.look(run, signal), /killed/);
      fresh.jobs.fail = () => undefined;
      assert.equal((await fresh.start().runner.look(run, signal)).is, "pending");
      assert.equal((fresh.jobs.only("Job")["spec"] as { suspend: boolean }).suspend, false);
      fresh.jobs.only("Secret");
      fresh.jobs.only("NetworkPolicy");
      fresh.close();
    }
  });

  test("is asked for again and again without effect", async () => {
    const { runner } = world.start();
    await runner.look(run, signal);
    const before = structuredClone([...world.jobs.objects]);
    await runner.look(run, signal);
    await world.start().runner.look(run, signal);
    assert.deepEqual([...world.jobs.objects], before);
  });

  test("needs an image, and says so", async () => {
    const state = await world.start().runner.look(runOf({ image: undefined }), signal);
    assert.ok(state.is === "failed" && state.reason === "ImageUnavailable");
    assert.match(state.message, /spec\.change\.run\.image/);
    assert.equal(world.jobs.objects.size, 0);
  });

  test("waits for the gateway's name to lead somewhere", async () => {
    world.gateway = undefined;
    const state = await world.start().runner.look(run, signal);
    assert.ok(state.is === "pending");
    assert.match(state.message, /gateway/);
    assert.equal(world.jobs.objects.size, 0);
  });

  test("clears away the Job of a proposal of the same name that is no more", async () => {
    const { runner } = world.start();
    await runner.look({ ...run, owner: { ...run.owner, uid: "uid-of-another" } }, signal);
    assert.match(JSON.stringify(await runner.look(run, signal)), /earlier proposal/);
    await runner.look(run, signal);
    const owners = world.jobs.only("Job").metadata["ownerReferences"] as { uid: string }[];
    assert.deepEqual(
      owners.map(({ uid }) => uid),
      ["uid-of-bump"],
    );
  });
});

describe("a run under way", () => {
  test("is stopped when its command runs for too long, by the Job itself, so that every replica knows why", async () => {
    const { runner } = world.start();
    await runner.look(run, signal);
    const { name } = world.jobs.only("Job").metadata as { name: string };
    const startedAt = world.clock.now().toISOString();
    world.jobs.podsOf.set(name, [
      podOf({ fetch: { terminated: done }, command: { running: { startedAt } } }, at(world)),
    ]);
    assert.equal((await runner.look(run, signal)).is, "pending");
    await world.clock.advance(601_000);
    const state = await runner.look(run, signal);
    assert.ok(state.is === "failed" && state.reason === "TimedOut", JSON.stringify(state));
    const { activeDeadlineSeconds } = world.jobs.only("Job")["spec"] as { activeDeadlineSeconds: number };
    assert.equal(activeDeadlineSeconds, 601);
    world.jobs.podsOf.delete(name);
    const later = await world.start().runner.look(run, signal);
    assert.ok(later.is === "failed" && later.reason === "TimedOut");
  });

  test("stays failed when nobody remembers and its pod is cleared away, and its pod never begins after all", async () => {
    const { runner } = world.start();
    await runner.look(run, signal);
    const { name } = world.jobs.only("Job").metadata as { name: string };
    const status = { conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes" }] };
    world.jobs.podsOf.set(name, [podOf({}, { ...at(world), status })]);
    await world.clock.advance(601_000);
    const first = await runner.look(run, signal);
    assert.ok(first.is === "failed" && first.reason === "RunUnschedulable", JSON.stringify(first));
    const { activeDeadlineSeconds } = world.jobs.only("Job")["spec"] as { activeDeadlineSeconds: number };
    assert.equal(activeDeadlineSeconds, 601);
    world.jobs.podsOf.clear();
    world.jobs.turn({ conditions: [{ type: "Failed", reason: "DeadlineExceeded", status: "True" }] });
    assert.deepEqual(await world.start().runner.look(run, signal), first);
  });

  test("fails the same where the mark could not be written at first", async () => {
    const { runner } = world.start();
    await runner.look(run, signal);
    const { name } = world.jobs.only("Job").metadata as { name: string };
    world.jobs.podsOf.set(name, [
      podOf({ fetch: { terminated: done }, command: { terminated: { ...done, exitCode: 3 } } }, at(world)),
    ]);
    const change = world.jobs.change.bind(world.jobs);
    world.jobs.change = async () => "moved";
    const first = await runner.look(run, signal);
    world.jobs.change = change;
    assert.deepEqual(await runner.look(run, signal), first);
    world.jobs.podsOf.clear();
    assert.deepEqual(await runner.look(run, signal), first);
  });

  test("is lost when its Job is deleted, until it is discarded; then it begins anew", async () => {
    const { runner } = world.start();
    await runner.look(run, signal);
    world.jobs.objects.clear();
    assert.equal((await runner.look(run, signal)).is, "lost");
    assert.equal((await runner.look(run, signal)).is, "lost");
    await runner.discard(run, signal);
    assert.equal((await runner.look(run, signal)).is, "pending");
  });

  test("leaves nothing when it is discarded, and discarding twice is nothing", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { bytes, sha256 } = await changed();
    await desk.result({ id: run.id, ticket: ticketsOf(world).result, sha256 }, () => parts(bytes), signal);
    await runner.discard(run, signal);
    await runner.discard(run, signal);
    assert.equal(world.jobs.objects.size, 0);
    assert.deepEqual(readdirSync(join(world.folder, "results")), []);
  });
});

describe("the desk", () => {
  const asked = (ticket: string) => ({ id: run.id, ticket });

  test("gives the files for the right ticket, and marks it before the first byte", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const given = await desk.source(asked(ticketsOf(world).source), signal);
    assert.ok(given.is === "given");
    const annotations = world.jobs.only("Job").metadata["annotations"] as Record<string, string>;
    assert.equal(annotations["millrace.dev/source-given-at"], "2026-03-01T10:00:00.000Z");
    assert.ok((await drained(given.body)) > 1_000);
  });

  test("gives them again for a minute, to who lost the connection, and never after", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { source } = ticketsOf(world);
    await desk.source(asked(source), signal);
    await world.clock.advance(59_000);
    assert.equal((await desk.source(asked(source), signal)).is, "given");
    await world.clock.advance(2_000);
    assert.deepEqual(await desk.source(asked(source), signal), { is: "refused", why: "used" });
    // Nor from another replica.
    const other = world.start();
    await other.runner.look(run, signal);
    assert.deepEqual(await other.desk.source(asked(source), signal), { is: "refused", why: "used" });
  });

  test("tells nobody without the ticket whether there is a run", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { source, result } = ticketsOf(world);
    const unknown = { is: "refused", why: "unknown" };
    for (const ticket of ["", "x", result, source.slice(1), `${source}x`]) {
      assert.deepEqual(await desk.source(asked(ticket), signal), unknown, ticket);
    }
    assert.deepEqual(await desk.source({ id: "f".repeat(32), ticket: source }, signal), unknown);
    const never = () => assert.fail("the body was read");
    assert.deepEqual(await desk.result({ ...asked(source), sha256: "" }, never, signal), unknown);
  });

  test("reads a Secret once, however often somebody guesses", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    for (let guess = 0; guess < 20; guess++) await desk.source(asked(`guess ${guess}`), signal);
    assert.equal(world.jobs.secretReads, 1);
  });

  test("leaves it to the leader", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    world.leads = false;
    assert.deepEqual(await desk.source(asked(ticketsOf(world).source), signal), { is: "refused", why: "elsewhere" });
  });

  test("has nothing for the pod of a Job that is over", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    world.jobs.turn({ conditions: [{ type: "Failed", status: "True" }] });
    assert.deepEqual(await desk.source(asked(ticketsOf(world).source), signal), { is: "refused", why: "used" });
  });

  test("takes a result once, lets the proposal know, and hands the files on", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { result: ticket } = ticketsOf(world);
    const { bytes, sha256 } = await changed();
    const deliver = (body: Buffer, digest: string) =>
      desk.result({ ...asked(ticket), sha256: digest }, () => parts(body), signal);
    assert.deepEqual(await deliver(bytes, sha256), { is: "taken" });
    assert.deepEqual(world.marked, ["ChangeProposal/bump millrace.dev/requestedAt"]);
    // The answer got lost, so it comes again; that is no second result.
    assert.deepEqual(await deliver(bytes, sha256), { is: "taken" });
    assert.equal(world.marked.length, 1);
    const other = await changed("three\n");
    assert.deepEqual(await deliver(other.bytes, other.sha256), { is: "refused", why: "used" });

    const { name } = world.jobs.only("Job").metadata as { name: string };
    world.jobs.podsOf.set(name, [podOf({ fetch: { terminated: done }, command: { terminated: done } }, at(world))]);
    const state = await runner.look(run, signal);
    assert.ok(state.is === "succeeded", JSON.stringify(state));
    assert.deepEqual(
      state.files.map(({ path, mode, content }) => `${mode} ${path} ${Buffer.from(content!)}`),
      ["File a.txt two\n"],
    );
    assert.deepEqual([state.startedAt, state.finishedAt], [new Date(done.startedAt), new Date(done.finishedAt)]);
  });

  test("finds a result again after a restart, and a leader elsewhere counts it as lost", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { bytes, sha256 } = await changed();
    await desk.result({ ...asked(ticketsOf(world).result), sha256 }, () => parts(bytes), signal);
    world.jobs.turn({ conditions: [{ type: "Complete", status: "True" }] });
    assert.equal((await world.start().runner.look(run, signal)).is, "succeeded");
    const elsewhere = world.start(join(world.folder, "another-disk"));
    assert.equal((await elsewhere.runner.look(run, signal)).is, "lost");
  });

  test("takes one of two results that come at the same time, and hands on the one that it took", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { result: ticket } = ticketsOf(world);
    const bodies = [await changed("two\n"), await changed("three\n")];
    const answers = await Promise.all(
      bodies.map(({ bytes, sha256 }) => desk.result({ ...asked(ticket), sha256 }, () => parts(bytes), signal)),
    );
    assert.deepEqual(answers.map(({ is }) => is).sort(), ["refused", "taken"]);
    const taken = bodies[answers.findIndex(({ is }) => is === "taken")]!;
    const state = await runner.look(run, signal);
    assert.ok(state.is === "succeeded");
    assert.ok(taken.bytes.includes(Buffer.from(state.files[0]!.content!)));
    assert.equal(readdirSync(join(world.folder, "results")).length, 1);
  });

  test("takes the same result again where a process died between its mark and its place", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const { result: ticket } = ticketsOf(world);
    const { bytes, sha256 } = await changed();
    await desk.result({ ...asked(ticket), sha256 }, () => parts(bytes), signal);
    // The mark is in the cluster, and what it is about is not on this disk.
    const next = world.start(join(world.folder, "another-disk"));
    await next.runner.look(run, signal);
    assert.deepEqual(await next.desk.result({ ...asked(ticket), sha256 }, () => parts(bytes), signal), { is: "taken" });
    assert.equal((await next.runner.look(run, signal)).is, "succeeded");
  });

  test("refuses what is too large, damaged or broken off, and keeps nothing of it", async () => {
    const limits = { time: "1m", memoryMiB: 64, outputMiB: 1, files: 1 };
    const small = runOf({ limits });
    const { runner, desk } = world.start();
    await runner.look(small, signal);
    const { result: ticket } = ticketsOf(world);
    const { bytes, sha256 } = await changed();
    const refusal = (why: string) => ({ is: "refused", why });
    const large = Buffer.alloc(1024 * 1024 + 64 * 1024);
    assert.deepEqual(await desk.result({ ...asked(ticket), sha256 }, () => parts(large), signal), refusal("tooLarge"));
    assert.deepEqual(
      await desk.result({ ...asked(ticket), sha256: "0".repeat(64) }, () => parts(bytes), signal),
      refusal("malformed"),
    );
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield bytes;
      throw new Error("the connection broke");
    };
    await assert.rejects(desk.result({ ...asked(ticket), sha256 }, broken, signal), /broke/);
    assert.deepEqual(readdirSync(join(world.folder, "results")), []);
    assert.deepEqual(await desk.result({ ...asked(ticket), sha256 }, () => parts(bytes), signal), { is: "taken" });
  });

  test("takes no result that is none", async () => {
    const { runner, desk } = world.start();
    await runner.look(run, signal);
    const bytes = Buffer.from('[["a.txt","File",100]]\nshort');
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await desk.result({ ...asked(ticketsOf(world).result), sha256 }, () => parts(bytes), signal);
    const state = await runner.look(run, signal);
    assert.ok(state.is === "failed" && state.reason === "ResultInvalid", JSON.stringify(state));
  });
});
