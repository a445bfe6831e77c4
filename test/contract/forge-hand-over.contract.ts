import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { eventually, type Suite, signal } from "./forge-fixture.ts";

/** A merge that the forge makes by itself: as far as its capabilities say that it can. */
export function testHandOver({ host, repository, open }: Suite): void {
  const pulls = () => host().forge.pulls;
  const method = "Squash";

  /** A pull request that waits for the check `build`. */
  const waiting = async () => {
    const place = await repository();
    await host().offerAutoMerge?.(place.id, true);
    await host().require(place.id, "main", ["build"]);
    await host().status(place.id, place.sha, "build", "Pending");
    const { number } = await open(place.at);
    const look = async () => (await pulls().get(place.at, number, signal))!;
    await eventually(look, ({ mergeable }) => mergeable !== undefined);
    return { ...place, number, look };
  };
  const offered = (t: TestContext): boolean => {
    if (!host().forge.capabilities.autoMerge) t.skip("the host does not merge by itself");
    return host().forge.capabilities.autoMerge;
  };

  test("a merge that was handed over is made by the forge when its checks have passed", async (t) => {
    if (!offered(t)) return;
    const { at, id, number, sha, look } = await waiting();
    const { mark } = await look();
    assert.equal((await look()).handedOver, false);
    const handOver = () => pulls().handOver(at, number, { sha, method }, signal);
    assert.deepEqual(await handOver(), { handed: true });
    assert.deepEqual(await handOver(), { handed: true });
    const handed = await look();
    assert.deepEqual([handed.handedOver, handed.state], [true, "Open"]);
    assert.notEqual(handed.mark, mark);
    await host().status(id, sha, "build", "Passed");
    const merged = await eventually(look, ({ state }) => state === "Merged");
    assert.deepEqual([merged.state, merged.headSha, merged.handedOver], ["Merged", sha, false]);
    assert.match(merged.mergeSha ?? "", /^[0-9a-f]{40}$/);
  });

  test("another commit than the head is not handed over, nor what is closed", async (t) => {
    if (!offered(t)) return;
    const { at, id, number, sha, first, look } = await waiting();
    const handOver = (sha: string) => pulls().handOver(at, number, { sha, method }, signal);
    const other = await handOver(first);
    assert.ok(!other.handed && other.message.length > 0, JSON.stringify(other));
    assert.equal((await look()).handedOver, false);
    await host().close(id, number);
    const closed = await handOver(sha);
    assert.ok(!closed.handed && closed.message.length > 0, JSON.stringify(closed));
  });

  test("what waits for nothing is merged at once, or left to us with the forge's word", async (t) => {
    if (!offered(t)) return;
    const { at, id } = await repository();
    await host().offerAutoMerge?.(id, true);
    const { number, headSha } = await open(at);
    const look = async () => (await pulls().get(at, number, signal))!;
    await eventually(look, ({ mergeable }) => mergeable === true);
    const result = await pulls().handOver(at, number, { sha: headSha, method }, signal);
    if (!result.handed) {
      assert.match(result.message, /\w/);
      assert.ok((await pulls().merge(at, number, { sha: headSha, method }, signal)).merged);
    }
    assert.equal((await eventually(look, ({ state }) => state === "Merged")).state, "Merged");
  });

  test("where a repository does not offer it, nothing is handed over, in the forge's words", async (t) => {
    if (!offered(t)) return;
    if (!host().offerAutoMerge) return t.skip("the host always offers it");
    const { at, id, number, sha, look } = await waiting();
    await host().offerAutoMerge?.(id, false);
    const result = await pulls().handOver(at, number, { sha, method }, signal);
    assert.ok(!result.handed);
    assert.match(result.message, /not allowed/);
    assert.equal((await look()).handedOver, false);
  });

  test("a branch that demands a queue is merged into through the queue alone", async (t) => {
    const { queue } = host();
    if (!queue || !host().forge.capabilities.mergeQueue) return t.skip("the host has no queues");
    const { at, id, number, sha, look } = await waiting();
    await host().status(id, sha, "build", "Passed");
    await queue.require(id, "main");
    const direct = await pulls().merge(at, number, { sha, method }, signal);
    assert.ok(!direct.merged && direct.because === "QueueRequired", JSON.stringify(direct));
    const handOver = () => pulls().handOver(at, number, { sha, method }, signal);
    assert.deepEqual(await handOver(), { handed: true });
    assert.deepEqual(await handOver(), { handed: true });
    const queued = await look();
    assert.deepEqual([queued.handedOver, queued.state], [true, "Open"]);
    const [group] = await eventually(
      () => queue.groups(id),
      (groups) => groups.length > 0,
    );
    assert.ok(group !== undefined && group !== sha);
    await host().status(id, group, "build", "Passed");
    const merged = await eventually(look, ({ state }) => state === "Merged");
    assert.deepEqual([merged.state, merged.mergeSha], ["Merged", group]);
  });

  test("what fails in the queue leaves it, and is ours again", async (t) => {
    const { queue } = host();
    if (!queue || !host().forge.capabilities.mergeQueue) return t.skip("the host has no queues");
    const { at, id, number, sha, look } = await waiting();
    await host().status(id, sha, "build", "Passed");
    await queue.require(id, "main");
    assert.deepEqual(await pulls().handOver(at, number, { sha, method }, signal), { handed: true });
    const [group = ""] = await eventually(
      () => queue.groups(id),
      (groups) => groups.length > 0,
    );
    await host().status(id, group, "build", "Failed");
    const out = await eventually(look, ({ handedOver }) => !handedOver);
    assert.deepEqual([out.handedOver, out.state], [false, "Open"]);
  });
}
