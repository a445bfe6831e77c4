import assert from "node:assert/strict";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { verify } from "../../src/sequencer/ledger.ts";
import type { Effect } from "../support/memory-host.ts";
import { forge, repository } from "../support/objects.ts";
import { mulberry32, pick, type Random } from "../support/random.ts";
import { given, type World } from "../support/world.ts";

type Node = NonNullable<NonNullable<ReleasePlan["status"]>["nodes"]>[number];
type Edges = ReadonlyMap<string, readonly string[]>;

const slug = (name: string) => `acme/${name}`;
const isDone = (node: Node | undefined) => node?.phase === "Succeeded" || node?.phase === "Unchanged";
const isUnder = ({ since, until }: Node) => since !== undefined && until === undefined;

/** A random graph without cycles: each builds on some of those before it. */
function edgesOf(random: Random): Edges {
  const names = ["f", "b", "e", "a", "d", "c"].slice(0, 3 + Math.floor(random() * 4));
  return new Map(names.map((name, at) => [name, names.slice(0, at).filter(() => random() < 0.4)]));
}

/** What a plan has to keep to, whatever people and machines do. Looks at every effect as it happens, and at all after every step. */
class Guard {
  readonly #world: World;
  readonly #edges: Edges;
  readonly #tagged = new Map<string, number>();
  #ended = new Map<string, string>();
  #retried: string | undefined;
  #children: number | undefined;
  /** Effects that there were when the plan was aborted. */
  #stopped: number | undefined;

  constructor(world: World, edges: Edges) {
    this.#world = world;
    this.#edges = edges;
    world.host.listen((effect) => this.#hear(effect));
  }

  get plan(): ReleasePlan {
    return ReleasePlan.object.parse(this.#world.cluster.get(ReleasePlan, "autumn"));
  }

  get nodes(): ReadonlyMap<string, Node> {
    return new Map((this.plan.status?.nodes ?? []).map((node) => [node.name, node]));
  }

  /** Order is law, and nothing is done twice. */
  #hear({ by, what, repository: at }: Effect): void {
    if (by !== "millrace" || (what !== "tag" && what !== "open" && what !== "push")) return;
    const name = at.split("/")[1]!;
    for (const below of this.#edges.get(name)!) {
      const node = this.nodes.get(below);
      if (node) assert.ok(isDone(node), `${what} in ${name} while ${below}, which it builds on, is ${node.phase}`);
    }
    if (what !== "tag") return;
    this.#tagged.set(name, (this.#tagged.get(name) ?? 0) + 1);
    assert.equal(this.#tagged.get(name), 1, `${name} was released twice`);
  }

  afterStep(): void {
    const { status = {}, spec } = this.plan;
    if (status.retried !== this.#retried)
      this.#ended = new Map([...this.#ended].filter(([, end]) => /^(Succ|Unch)/.test(end)));
    this.#retried = status.retried;
    for (const [name, node] of this.nodes) {
      this.#staysEnded(name, node);
      this.#isReally(name, node);
      this.#buildsOnIt(name, node);
      this.#namesItsCause(name, node);
    }
    const under = [...this.nodes.values()].filter(isUnder);
    assert.ok(under.length <= spec.policy.maxParallel, `${under.length} under way at once`);
    for (const { name } of under) {
      const open = this.#edges.get(name)!.filter((below) => this.nodes.has(below) && !isDone(this.nodes.get(below)));
      assert.deepEqual(open, [], `${name} has begun before what it builds on was done`);
    }
    this.#keepsStill(spec.state, status.phase);
    this.ledgerHolds();
  }

  #staysEnded(name: string, node: Node): void {
    const end = `${node.phase} ${node.version ?? ""} ${node.until ?? ""}`;
    const before = this.#ended.get(name);
    if (before !== undefined) assert.equal(end, before, `${name} ended twice`);
    if (["Succeeded", "Unchanged", "Failed"].includes(node.phase)) this.#ended.set(name, end);
  }

  /** What is told to be released is there. */
  #isReally(name: string, { phase, version }: Node): void {
    if (phase === "Unchanged") assert.ok(!this.#tagged.has(name), `${name} is told to be unchanged, and was released`);
    if (phase !== "Succeeded") return;
    const { tags, releases } = this.#world.host.get(slug(name));
    assert.ok(tags.has(`v${version}`), `${name} is told to be released as ${version}, and has no such tag`);
    assert.equal(releases.filter(({ tag }) => tag === `v${version}`).length, 1, `${name}: releases of v${version}`);
  }

  /** What is released requires what was released below it, where a package says so; and it took one pull request at most. */
  #buildsOnIt(name: string, { phase, version }: Node): void {
    if (phase !== "Succeeded") return;
    const { tags, commits, pulls } = this.#world.host.get(slug(name));
    const moving = pulls.filter(({ title, state }) => title.startsWith("fix(deps)") && state === "Merged");
    assert.ok(moving.length <= 1, `${name} was moved ${moving.length} times`);
    const text = commits.get(tags.get(`v${version}`)!)?.files.get("package.json");
    const { dependencies = {} } = text ? JSON.parse(String(text)) : {};
    for (const below of this.#edges.get(name)!) {
      const node = this.nodes.get(below);
      const range = dependencies[`@acme/${below}`];
      if (!range || node?.phase !== "Succeeded" || this.#isByHand(name)) continue;
      assert.equal(range, `^${node.version}`, `${name} ${version} requires another ${below}`);
    }
  }

  /** Whether a person tagged it, so that what is released may be older than what it builds on. */
  #isByHand = (name: string): boolean =>
    this.#world.host.effects.some(
      ({ by, what, repository: at, on }) => by === "person" && what === "tag" && at === slug(name) && on !== "v1.0.0",
    );

  #namesItsCause(name: string, { phase, message = "" }: Node): void {
    if (phase !== "Skipped" || message === "the plan was aborted") return;
    const cause = /since (\w) failed/.exec(message)?.[1];
    assert.ok(cause, `${name} is skipped without a cause: ${message}`);
    assert.equal(this.nodes.get(cause)?.phase, "Failed", `${name} is skipped because of ${cause}`);
    if (!message.includes("halts")) assert.ok(this.#below(name).has(cause), `${name} does not build on ${cause}`);
  }

  #below(name: string): ReadonlySet<string> {
    const found = new Set<string>();
    const queue = [name];
    for (const each of queue) {
      for (const below of this.#edges.get(each)!) {
        if (found.has(below)) continue;
        found.add(below);
        queue.push(below);
      }
    }
    return found;
  }

  #keepsStill(state: string, phase: string | undefined): void {
    const { cluster, host } = this.#world;
    const children = [...cluster.objects.values()].filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ name }) => name === "autumn"),
    ).length;
    if (state === "Paused" && phase === "Paused" && this.#children !== undefined) {
      assert.ok(children <= this.#children, "something began while the plan was paused");
    }
    this.#children = state === "Paused" && phase === "Paused" ? children : undefined;
    // What was given up before may still be cleaned up.
    const ours = host.effects.filter(
      ({ by, what }) => by === "millrace" && what !== "close" && what !== "delete",
    ).length;
    if (phase === "Aborted" && this.#stopped !== undefined)
      assert.equal(ours, this.#stopped, "an effect after the abort");
    this.#stopped = phase === "Aborted" ? ours : undefined;
  }

  /** When nothing moves any more, nothing could: whatever waits, waits for somebody. */
  atRest(): void {
    const { status = {}, spec } = this.plan;
    if (spec.state !== "Running" || status.phase !== "Running") return;
    const all = [...this.nodes.values()];
    const under = all.filter(isUnder).length;
    for (const { name, phase, since } of all) {
      const free = this.#edges.get(name)!.every((below) => !this.nodes.has(below) || isDone(this.nodes.get(below)));
      if (phase === "WaitingFor") assert.ok(!free, `${name} waits for what is done`);
      if (phase === "Ready") assert.ok(since === undefined && under >= spec.policy.maxParallel, `${name} could begin`);
    }
  }

  ledgerHolds(): void {
    const parts = [...this.#world.cluster.objects.values()]
      .filter(({ kind }) => kind === RunRecord.kind)
      .map((object) => RunRecord.object.parse(object).spec);
    for (const run of new Set(parts.map((each) => each.run))) {
      const own = parts.filter((each) => each.run === run);
      assert.equal(verify(run, own as never).is, "intact", `the record of ${run}`);
    }
  }
}

interface History {
  readonly world: World;
  readonly random: Random;
  readonly names: readonly string[];
}

/** Something that a person, a machine or time does. */
type Deed = (history: History) => void;

const openPulls = ({ world, names }: History) =>
  names.flatMap((name) =>
    world.host
      .get(slug(name))
      .pulls.filter(({ state }) => state === "Open")
      .map(({ number, head }) => ({ name, number, head })),
  );

const onPull =
  (
    deed: (history: History, pull: { readonly name: string; readonly number: number; readonly head: string }) => void,
  ): Deed =>
  (history) => {
    const pulls = openPulls(history);
    if (pulls.length > 0) deed(history, pick(history.random, pulls));
  };

const state =
  (to: string): Deed =>
  ({ world }) =>
    world.cluster.edit(ReleasePlan, "autumn", { state: to });

const deeds: readonly (readonly [weight: number, Deed])[] = [
  [6, onPull(({ world }, { name, number }) => world.person.addCheck(slug(name), number, "build", "Passed"))],
  [1, onPull(({ world }, { name, number }) => world.person.addCheck(slug(name), number, "build", "Failed"))],
  [1, onPull(({ world }, { name, number }) => world.person.close(slug(name), number))],
  [2, onPull(({ world }, { name, number }) => void world.person.merge(slug(name), number))],
  [1, onPull(({ world, random }, { name, head }) => void world.person.push(slug(name), head, { b: `${random()}\n` }))],
  [
    1,
    ({ world, random, names }) =>
      void world.person.push(
        slug(pick(random, names)),
        "main",
        { a: `${random()}\n` },
        pick(random, ["fix: more", "chore: tidy", "feat: new"]),
      ),
  ],
  [1, ({ world, random, names }) => world.person.tag(slug(pick(random, names)), pick(random, ["v1.0.1", "v1.1.0"]))],
  [1, state("Paused")],
  [2, state("Running")],
  [0.3, state("Aborted")],
  [1, ({ world, random }) => world.cluster.annotate(ReleasePlan, "autumn", { "millrace.dev/retry": `${random()}` })],
  [4, ({ world, random }) => world.clock.advance(pick(random, [1_000, 60_000, 700_000]))],
  [1, ({ world, random }) => world.replica.restart(random() < 0.3 ? "lost" : undefined)],
];

function deedFor(random: Random): Deed {
  const total = deeds.reduce((sum, [weight]) => sum + weight, 0);
  let at = random() * total;
  for (const [weight, deed] of deeds) {
    at -= weight;
    if (at < 0) return deed;
  }
  return deeds[0]![1];
}

/** A package that requires what it builds on. */
const manifest = (name: string, below: readonly string[]): string =>
  `${JSON.stringify({ name: `@acme/${name}`, version: "1.0.0", dependencies: Object.fromEntries(below.map((each) => [`@acme/${each}`, "^1.0.0"])) }, undefined, 2)}\n`;

function begin(random: Random): { readonly world: World; readonly edges: Edges; readonly names: readonly string[] } {
  const edges = edgesOf(random);
  const names = [...edges.keys()];
  const isPackage = new Map(names.map((name) => [name, random() < 0.6]));
  const objects = names.map((name) =>
    repository(name, { language: "node", dependsOn: edges.get(name)!.map((each) => ({ name: each })) }),
  );
  const files = names.map((name) => {
    const below = edges.get(name)!.filter((each) => isPackage.get(each));
    return [slug(name), { a: "1\n", ...(isPackage.get(name) && { "package.json": manifest(name, below) }) }] as const;
  });
  const world = given([forge(), ...objects], Object.fromEntries(files));
  for (const name of names) {
    world.person.tag(slug(name), "v1.0.0");
    if (random() < 0.85) world.person.push(slug(name), "main", { a: "2\n" }, "fix: count to two");
    if (random() < 0.7) world.person.require(slug(name), "main", "build");
  }
  const chosen = names.filter(() => random() < 0.8);
  const releases = (chosen.length > 0 ? chosen : names).map((name) => ({ repositoryRef: { name } }));
  const policy = {
    onFailure: pick(random, ["SkipDependents", "Halt", "Continue"]),
    maxFailures: pick(random, [0, 1, 1_000]),
    maxParallel: pick(random, [1, 2, 8]),
  };
  const spec = { releases, policy, merge: { mode: "WhenChecksPass", allowNoChecks: true } };
  world.apply({ kind: ReleasePlan, name: "autumn", spec });
  return { world, edges, names };
}

/** Plays a random plan among random people on a host with random faults, and holds it to its promises after every step. */
export async function runPlanHistory(seed: number, steps: number): Promise<ReleasePlan> {
  const random = mulberry32(seed);
  const { world, edges, names } = begin(random);
  const guard = new Guard(world, edges);
  const mend = world.host.faults.decide(() => {
    const luck = random();
    return luck < 0.003 ? "crash" : luck < 0.006 ? "broken" : undefined;
  });
  try {
    for (let step = 0; step < steps; step++) {
      deedFor(random)({ world, random, names });
      world.clock.advance(1_000);
      await world.round(random() < 0.5);
      guard.afterStep();
    }
    mend();
    await calm(world, guard, names);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}\n${world.transcript()}`, {
      cause: error,
    });
  }
  return guard.plan;
}

/** Everybody rests: what waits only for checks gets them, and the plan comes to an end. */
async function calm(world: World, guard: Guard, names: readonly string[]): Promise<void> {
  for (let day = 0; day < 4; day++) {
    for (const name of names) {
      for (const pull of world.host.get(slug(name)).pulls.filter((each) => each.state === "Open")) {
        world.person.addCheck(slug(name), pull.number, "build", "Passed");
      }
    }
    world.clock.advance(11 * 60_000);
    await world.settles(150);
    guard.afterStep();
    guard.atRest();
  }
}
