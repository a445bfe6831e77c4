import assert from "node:assert/strict";
import type { Call, FaultKind } from "./faults.ts";
import { app, ready, release, status, worked } from "./release-world.ts";
import type { World } from "./world.ts";

/** A release with two files that was just asked for. */
export function begun(): World {
  const world = worked({}, { "dist/app.txt": "the program\n" });
  const assets = [
    { name: "app.txt", path: "dist/app.txt" },
    { name: "a", path: "a" },
  ];
  world.apply(release({ assets }));
  return world;
}

/** How often each thing is done to the host for one release. */
const counts = { tag: 1, publish: 1, attach: 2, merge: 1, open: 1, revise: 0 } as const;

/** Whatever happened: one pull request, one merge, one tag, one page, every file once, and nothing was ever moved. */
export function isReleasedOnce(world: World, about: string): void {
  const { tags, releases, pulls, heads } = app(world);
  assert.equal(status(world).phase, "Released", `${about}: ${ready(world)}`);
  assert.deepEqual([...tags.keys()], ["v1.2.3", "v1.3.0"], about);
  assert.deepEqual([tags.get("v1.3.0"), status(world).commit], [heads.get("main"), heads.get("main")], about);
  assert.deepEqual(
    releases.map(({ tag }) => tag),
    ["v1.3.0"],
    about,
  );
  assert.deepEqual([...releases[0]!.assets.keys()], ["app.txt", "a"], about);
  assert.deepEqual(
    pulls.map(({ state }) => state),
    ["Merged"],
    about,
  );
  for (const [what, times] of Object.entries(counts))
    assert.equal(world.host.count(what as keyof typeof counts), times, `${about}: ${what}`);
  assert.equal(status(world).adopted, undefined, about);
}

/** Every call that a release makes, and how often. */
export async function callsOfRelease(): Promise<ReadonlyMap<Call, number>> {
  const calls = new Set<Call>();
  const world = begun();
  world.host.faults.decide((call) => {
    calls.add(call);
    return undefined;
  });
  await world.settles();
  isReleasedOnce(world, "undisturbed");
  return new Map([...calls].map((call) => [call, world.host.faults.count(call)]));
}

/** Releases with one fault: at the call with this number. */
export async function withFault(
  { call, number }: { readonly call: Call; readonly number: number },
  when: "before" | "after",
  kind: FaultKind,
): Promise<void> {
  const world = begun();
  let left = number - 1;
  world.host.faults.decide((each, at) => (each === call && at === when && left-- === 0 ? kind : undefined));
  await world.settles();
  world.clock.advance(60_000);
  await world.settles();
  isReleasedOnce(world, `${kind} ${when} ${call}, call ${number}`);
}

/** Releases while the process dies and the host breaks at random, and the disk is lost now and then. */
export async function withDeaths(seed: number): Promise<void> {
  const world = begun();
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  let deaths = 0;
  const stop = world.host.faults.decide(() => {
    if (deaths >= 30 || random() > 0.12) return undefined;
    deaths++;
    return random() < 0.7 ? "crash" : "broken";
  });
  for (let round = 0; round < 40; round++) {
    world.clock.advance(20_000);
    await world.round(round % 2 === 1);
    if (random() < 0.1) world.replica.restart("lost");
  }
  stop();
  world.clock.advance(600_000);
  await world.settles();
  isReleasedOnce(world, `seed ${seed} with ${deaths} deaths`);
}
