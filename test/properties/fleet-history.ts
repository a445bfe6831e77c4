import assert from "node:assert/strict";
import { applyEdits, pathsOf } from "../../src/reconcilers/change/edit.ts";
import { fingerprintIn, fingerprintOf } from "../../src/reconcilers/change/fingerprint.ts";
import type { Seen } from "../../src/reconcilers/change/seen.ts";
import { Scalars } from "../../src/reconcilers/yaml/scalars.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import type { BaseStatus } from "../../src/schema/object.ts";
import { Operation } from "../../src/schema/operation.ts";
import { Repository } from "../../src/schema/repository.ts";
import type { Call, Fault, FaultKind } from "../support/faults.ts";
import { type Files, treeId } from "../support/git-objects.ts";
import type { Wish } from "../support/memory-cluster.ts";
import type { Effect, MemoryPull, MemoryRepository } from "../support/memory-host.ts";
import { mergedFiles } from "../support/memory-merge.ts";
import { forge, proposal, repository, sdk, syncSources } from "../support/objects.ts";
import { mulberry32, pick, type Random } from "../support/random.ts";
import { Replica, World } from "../support/world.ts";
import { Allowed, lift, nameOf, steer } from "./fleet-steering.ts";

const slugs = ["acme/sdk-a", "acme/sdk-b", "acme/app"] as const;
const librarian = (rest = "") => `language: go\nsources:\n  apis:\n    commit: ${"0".repeat(40)} # pinned\n${rest}`;

/**
 * One seeded history of a small fleet: two processes with caches that lag, which crash and lose their disks; a host that
 * fails before and after effects; lost and repeated wake-ups, since turns come at random; and people who close, amend,
 * push, merge, reopen, delete, steer by comment and by annotation, and change their minds. Throws, with the seed, when a promise is broken.
 */
export async function runHistory(seed: number, steps = 60): Promise<void> {
  const random = mulberry32(seed);
  const world = new World();
  const watch = new Watch(world, needsYes(seed));
  world.create("acme/apis", { "a.proto": "1" });
  world.create("acme/sdk-a", { "librarian.yaml": librarian() });
  world.create("acme/sdk-b", { "librarian.yaml": librarian(`    sha256: ${"1".repeat(64)}\n`), "README.md": "b" });
  world.create("acme/app", { "a.yaml": "version: 1.0.0\n" });
  world.apply(
    forge(),
    repository("apis"),
    sdk("sdk-a"),
    sdk("sdk-b"),
    repository("app"),
    watch.sync(),
    watch.proposal(),
  );
  // A bot may write, as bots do; it is not listened to all the same.
  for (const slug of slugs) world.host.get(slug).roles.set("renovate[bot]", "Write");
  world.host.listen((effect) => ci(effect, random, world));
  const replicas = [world.replica, new Replica(world)];
  const stop = world.host.faults.decide(luck(random, world));
  try {
    for (let step = 0; step < steps; step++) {
      world.clock.advance(Math.floor(random() * 5_000));
      const dice = random();
      if (dice < 0.74) await someTurn(random, pick(random, replicas));
      else if (dice < 0.88) somePerson(random, world, watch);
      else if (dice < 0.96) steer(random, world, watch.allowed);
      else someUser(random, world, watch);
    }
    stop();
    await ends(world, watch);
  } catch (error) {
    const story = world.host.effects
      .map(({ by, what, repository: where, on }) => `${by} ${what} ${where} ${on}`)
      .join("\n");
    throw new Error(
      `seed ${seed}: ${error instanceof Error ? error.message : error}\n${world.transcript()}\n${story}`,
      { cause: error },
    );
  }
}

/** In every other history nothing is to be merged by us without a yes. */
const needsYes = (seed: number): boolean => seed % 2 === 0;
const withYes = { merge: { mode: "WhenChecksPass", approvals: {} } };

/** Checks that start, or do not, when a commit is pushed. */
function ci({ what, repository: slug, on }: Effect, random: Random, world: World): void {
  const sha = what === "push" ? world.host.get(slug).heads.get(on) : undefined;
  const state = pick(random, ["Passed", "Passed", "Pending", "Failed", undefined] as const);
  if (sha && state) world.person.addCheck(slug, sha, "ci", state);
}

/**
 * One call in twenty fails: the process dies, the host breaks, or says that it is too much. And where timing matters most, a
 * person is sometimes there just before: between a look at a branch and what is done to it.
 */
function luck(random: Random, world: World): (call: Call, when: Fault["when"]) => FaultKind | undefined {
  const rate = random() * 0.05;
  return (call, when) => {
    const matters = call === "git.push" || call === "pulls.merge";
    if (matters && when === "before" && random() < 0.2) intrude(random, world);
    return random() < rate ? pick(random, ["crash", "broken", "limited"] as const) : undefined;
  };
}

/** A person pushes to a branch of ours. */
function intrude(random: Random, world: World): void {
  const branches = slugs.flatMap((slug) =>
    [...world.host.get(slug).heads.keys()]
      .filter((each) => each.startsWith("millrace/"))
      .map((each) => [slug, each] as const),
  );
  if (branches.length === 0) return;
  const [slug, branch] = pick(random, branches);
  world.person.push(slug, branch, { "mine.txt": String(random()) });
}

const times = <T>(count: number, of: T): readonly T[] => Array.from({ length: count }, () => of);

/** A turn for any object, on a cache that may be old. */
async function someTurn(random: Random, replica: Replica): Promise<void> {
  if (random() < 0.6) replica.view.refresh();
  // Most turns are the proposals', as they are in life.
  const kinds = [Forge, Repository, ...times(2, Operation), ...times(4, ChangeProposal)];
  const kind = pick(random, kinds);
  const reconciler = replica.reconcilers.find((each) => each.kind === kind)!;
  const ids = replica.view.ids(reconciler.kind);
  if (ids.length === 0) return;
  const id = pick(random, ids);
  const twice = random() < 0.2;
  if ((await replica.turn(reconciler, id)) === "crashed") replica.restart(random() < 0.3 ? "lost" : undefined);
  else if (twice) await replica.turn(reconciler, id);
}

function somePerson(random: Random, world: World, watch: Watch): void {
  const { person, host } = world;
  const slug = pick(random, slugs);
  const there = host.get(slug);
  const pull = there.pulls.length > 0 ? pick(random, there.pulls) : undefined;
  const branches = [...there.heads.keys()].filter((each) => each.startsWith("millrace/"));
  const branch = branches.length > 0 ? pick(random, branches) : undefined;
  const open = pull?.state === "Open" ? pull : undefined;
  const acts: (() => unknown)[] = [
    () => person.push("acme/apis", "main", { "a.proto": String(random()) }),
    () => person.push(slug, "main", { "README.md": String(random()) }),
    () =>
      person.push(
        slug,
        "main",
        slug === "acme/app"
          ? { "a.yaml": `# ${random()}\nversion: 1.0.0\n` }
          : { "librarian.yaml": librarian(`# ${random()}\n`) },
      ),
    ...(open
      ? [() => person.addCheck(slug, open.number, "unit", pick(random, ["Passed", "Passed", "Pending", "Failed"]))]
      : []),
    ...(open && watch.needsYes ? reviewsOf(random, world, slug, open) : []),
    ...(open ? [() => person.close(slug, open.number), () => person.merge(slug, open.number)] : []),
    ...(open
      ? [
          () => person.edit(slug, open.number, { title: "Mine" }),
          () => person.edit(slug, open.number, { body: "Mine." }),
          () => person.label(slug, open.number, ["mine"]),
        ]
      : []),
    ...(pull?.state === "Closed" && there.heads.get(pull.head) === pull.headSha && !watch.isOpen(there, pull.head)
      ? [() => person.reopen(slug, pull.number)]
      : []),
    ...(branch
      ? [
          () => person.amend(slug, branch),
          () => person.push(slug, branch, { "mine.txt": String(random()) }),
          () => spoof(random, world, slug, branch),
        ]
      : []),
    ...(branch
      ? [() => person.deleteBranch(slug, branch), () => person.reset(slug, branch, watch.lastOurs(there, branch))]
      : []),
  ];
  try {
    pick(random, acts)();
  } catch (error) {
    // The host refuses people, too: a conflict, for one.
    if (!/has conflicts|nothing/.test(String(error))) throw error;
  }
}

/** Somebody says yes or no, or takes it back; or there is only a yes that does not count, where nothing else is missing. */
function reviewsOf(
  random: Random,
  world: World,
  slug: string,
  { number, headSha, reviews }: MemoryPull,
): (() => unknown)[] {
  const passes = (): unknown => world.host.get(slug).checks.set(headSha, new Map([["ci", "Passed"]]));
  const review = (): void => {
    const says = pick(random, ["Yes", "Yes", "No", "Dismissed"] as const);
    world.person.review(slug, number, says, pick(random, ["pat", "reader"]));
    if (random() < 0.5) passes();
  };
  const wrong = (): void => {
    reviews.clear();
    if (random() < 0.5) reviews.set("reader", { says: "Yes", sha: headSha });
    else reviews.set("pat", { says: "Yes", sha: "0".repeat(40) });
    passes();
  };
  return [review, review, wrong, wrong, wrong];
}

/** What people do with kubectl. */
function someUser(random: Random, world: World, watch: Watch): void {
  const value = pick(random, ["1.0.0", "2.0.0", "3.0.0"]);
  const acts: (() => unknown)[] = [
    () => watch.asks(watch.proposal("bump", value)),
    () => watch.asks(watch.proposal("bump", value, { merge: { mode: "Manual" } })),
    () => world.cluster.annotate(Operation, "sync", { "millrace.dev/requestedAt": String(random()) }),
    () => world.cluster.edit(Operation, "sync", { suspend: random() < 0.3 }),
    () => watch.forgets(() => loseStatus(world, watch, pick(random, ["bump", "sync-sdk-a", "sync-sdk-b"]))),
    () => loseStatus(world, watch, "sync"),
    () =>
      watch.forgets(
        world.cluster.get(ChangeProposal, "bump")
          ? () => world.cluster.delete(ChangeProposal, "bump")
          : () => world.apply(watch.proposal()),
      ),
    () => world.apply(watch.proposal("newer", value, { supersedes: ["bump"], pullRequest: { labels: ["deps"] } })),
    () => watch.forgets(() => world.cluster.delete(ChangeProposal, "newer")),
    () => watch.forgets(() => world.apply({ ...sdk("sdk-b"), labels: { fleet: random() < 0.4 ? "none" : "sdk" } })),
  ];
  pick(random, acts)();
}

/** A commit on top of ours, or in its place, under our name and with our trailers. */
function spoof(random: Random, world: World, slug: string, branch: string): void {
  const there = world.host.get(slug);
  const tip = there.commits.get(there.heads.get(branch)!)!;
  const files = new Map(tip.files).set("mine.txt", Buffer.from(String(random())));
  const { message, author, at } = tip;
  const parents = random() < 0.5 ? tip.parents : [tip.sha];
  const { sha } = world.host.write(there, { parents, files, message, author, at });
  world.host.move(there, branch, sha);
  world.host.record("person", "push", there, branch);
}

/** As after a restore from a backup, which has no status. */
function loseStatus(world: World, watch: Watch, name: string): void {
  const kind = name === "sync" ? Operation : ChangeProposal;
  const object = world.cluster.get(kind, name);
  if (!object || object.metadata.deletionTimestamp) return;
  world.cluster.writeStatus(object, {});
  watch.lost.add(name);
}

/** Whatever happened: it comes to rest, explains itself, and what nobody objects to is merged. */
async function ends(world: World, watch: Watch): Promise<void> {
  world.replica.restart();
  world.cluster.edit(Operation, "sync", { suspend: false });
  for (const id of [...world.cluster.objects.keys()].filter((each) => each.startsWith("ChangeProposal/")))
    lift(world, nameOf(id));
  // Longer than every hold, and than what a forge asks for patience.
  world.clock.advance(3_600_000);
  if (!world.cluster.get(ChangeProposal, "bump")) watch.forgets(() => world.apply(watch.proposal()));
  await world.settles(60);
  for (let wave = 0; wave < 2; wave++) {
    for (const there of world.repositories) {
      for (const pull of there.pulls.filter(({ state }) => state === "Open")) {
        there.checks.set(pull.headSha, new Map([["ci", "Passed"]]));
        pull.reviews.set("pat", { says: "Yes", sha: pull.headSha });
      }
    }
    await world.settles(60);
  }
  for (const [id, object] of world.cluster.objects) {
    const { conditions = [] } = (object["status"] ?? {}) as BaseStatus;
    const ready = conditions.find(({ type }) => type === "Ready");
    assert.ok(ready, `${id} never said how it is`);
    const isWaiting = conditions.some(({ type }) => type === "Reconciling") && !ready.reason.startsWith("Awaiting");
    assert.ok(
      !isWaiting || id.startsWith("Operation/"),
      `${id} still waits, and nobody acts: ${ready.reason}: ${ready.message}`,
    );
  }
  watch.noStrays();
  watch.everybodyIsAnswered();
  watch.tellsTheTruth();
}

/** Looks over the shoulder of everybody who changes the host. */
class Watch {
  readonly #world: World;
  readonly allowed = new Allowed();
  /** Titles and texts as people left them, by pull request. */
  readonly #edited = new Map<string, { readonly title: string; readonly body: string }>();
  /** Commits that Millrace pushed, by repository and branch, oldest first. */
  readonly #ours = new Map<string, string[]>();
  /** Tips as they were before the effect at hand. */
  readonly #tips = new Map<string, string>();
  readonly #everRefused = new Set<string>();
  /** Objects that lost their status: what cannot be proven to be ours any more is rightly left alone. */
  readonly lost = new Set<string>();
  /**
   * Branches that a process pushed whose cache had not heard that something else is wanted by now. It overwrites
   * nobody, yet nobody can tell afterwards whose commit that is. In life one process at a time writes.
   */
  readonly #late = new Set<string>();
  /** Pull requests that were closed as such, and not by the loss of their branch. */
  readonly #closed = new Set<string>();
  /** Who moved a branch last. */
  readonly #movedBy = new Map<string, Effect["by"]>();
  /** Commits by what they are made of: the same must always be the same. */
  readonly #made = new Map<string, string>();
  /** What people refused, by repository and branch. */
  readonly #refused = new Map<string, Set<string>>();

  /** Whether we merge with a yes only. */
  readonly needsYes: boolean;

  constructor(world: World, needsYes: boolean) {
    this.#world = world;
    this.needsYes = needsYes;
    world.host.listen((effect) => this.#see(effect));
  }

  proposal(name = "bump", value = "2.0.0", spec: object = {}): Wish {
    return proposal(name, value, { ...(this.needsYes && withYes), ...spec });
  }

  sync(): Wish {
    return syncSources("sync", this.needsYes ? withYes : {});
  }

  isOpen(repository: MemoryRepository, branch: string): boolean {
    return repository.pulls.some(({ state, head }) => state === "Open" && head === branch);
  }

  lastOurs(repository: MemoryRepository, branch: string): string {
    return this.#ours.get(keyOf(repository, branch))?.at(-1) ?? repository.heads.get(branch)!;
  }

  /** Objects are made anew: that is asking again. */
  forgets(work: () => unknown): void {
    this.#refused.clear();
    work();
  }

  /** Applies an object; where there was none, that is asking again. */
  asks(wish: Wish): void {
    if (!this.#world.cluster.get(wish.kind, wish.name)) this.#refused.clear();
    this.#world.apply(wish);
  }

  noStrays(): void {
    for (const repository of this.#world.repositories) {
      for (const [branch, tip] of repository.heads) {
        if (!branch.startsWith("millrace/") || !this.#ours.get(keyOf(repository, branch))?.includes(tip)) continue;
        const key = keyOf(repository, branch);
        const name = branch.split("/").at(-1)!;
        if (this.#late.has(key) || this.lost.has(name) || this.#movedBy.get(key) === "person") continue;
        if (this.allowed.released.has(name)) continue;
        assert.ok(this.#world.cluster.get(ChangeProposal, name), `${branch} is ours, and nobody's any more`);
      }
    }
  }

  /** What is said at the end is so. */
  tellsTheTruth(): void {
    const { cluster, host } = this.#world;
    for (const [id, object] of cluster.objects) {
      if (!id.startsWith(`${ChangeProposal.kind}/`)) continue;
      const parsed = ChangeProposal.object.parse(object);
      const { reason } = parsed.status!.conditions!.find(({ type }) => type === "Ready")!;
      const repository = host.get(`acme/${parsed.spec.repositoryRef.name}`);
      const branch = `millrace/fleet/${parsed.metadata.name}`;
      const key = keyOf(repository, branch);
      const tip = repository.heads.get(branch);
      if (reason === "HumanOwned" && this.#movedBy.get(key) === "millrace") {
        const name = parsed.metadata.name;
        // A branch that was released stays with people, also when the proposal is deleted and made anew.
        const isLeft = this.lost.has(name) || this.#late.has(key) || this.allowed.released.has(name);
        assert.ok(isLeft, `${id}: ${tip} is ours`);
      }
      if (reason === "Declined") {
        // Whoever puts our commit back on a branch whose pull request is closed is taken at their word, too.
        const putBack = this.#movedBy.get(key) === "person" || this.#late.has(key);
        const said = this.allowed.rejected.has(parsed.metadata.name);
        const refused = this.#everRefused.has(`${key} ${fingerprintOf(parsed)}`) || putBack || said;
        assert.ok(refused, `${id}: nobody refused it`);
      }
      if (reason === "NoChange") {
        const { files } = repository.commits.get(repository.heads.get("main")!)!;
        const { edits = [] } = parsed.spec.change;
        const change = applyEdits(edits, seenIn(files, pathsOf(edits)), new Scalars());
        assert.ok(change.is === "changes" && change.files.length === 0, `${id}: the base lacks it`);
      }
      this.#isStillSelected(id, parsed);
    }
    this.#fleetIsAsSaid();
  }

  #isStillSelected(id: string, { metadata, spec }: ChangeProposal): void {
    if (!metadata.ownerReferences?.[0]) return;
    const { labels } = this.#world.cluster.get(Repository, spec.repositoryRef.name)!.metadata;
    assert.equal(labels?.["fleet"], "sdk", `${id}: its repository is not selected any more`);
  }

  #fleetIsAsSaid(): void {
    const { cluster, host } = this.#world;
    const { status } = Operation.object.parse(cluster.get(Operation, "sync"));
    const head = host.get("acme/apis").heads.get("main")!;
    assert.equal(status?.lastRun?.heads[0]?.sha, head, "the last run brings the head");
    if (status.conditions?.[0]?.reason !== "UpToDate") return;
    for (const name of ["sdk-a", "sdk-b"]) {
      if (cluster.get(Repository, name)!.metadata.labels?.["fleet"] !== "sdk") continue;
      const repository = host.get(`acme/${name}`);
      const text = String(repository.commits.get(repository.heads.get("main")!)!.files.get("librarian.yaml"));
      assert.match(text, new RegExp(`commit: ${head}`), `${name} is said to be up to date`);
    }
  }

  #see({ by, what, repository: slug, on }: Effect): void {
    const repository = this.#world.host.get(slug);
    const key = keyOf(repository, on);
    const pull = on.startsWith("#") ? repository.pulls[Number(on.slice(1)) - 1] : undefined;
    if (by === "millrace") {
      this.#judge(what, key, repository, pull);
      this.#obeysOnlyWhoMay();
    } else if (what === "close") this.#refuse(repository, pull!);
    else if (what === "open")
      this.#refused.get(keyOf(repository, pull!.head))?.delete(this.#fingerprint(repository, pull!) ?? "");
    else if (what === "delete") this.#refusedByDeletion(repository, on);
    if (!pull) this.#movedBy.set(key, by);
    if (by === "person" && what === "revise" && pull) this.#edited.set(key, { title: pull.title, body: pull.body });
    if (what === "close") this.#closed.add(key);
    if (what === "open") this.#closed.delete(key);
    this.#tips.delete(key);
    if (repository.heads.has(on)) this.#tips.set(key, repository.heads.get(on)!);
  }

  #judge(what: Effect["what"], key: string, repository: MemoryRepository, pull: MemoryPull | undefined): void {
    if (what === "push" || what === "delete") this.#overwritesNobody(what, key, repository);
    if (what === "revise") this.#leavesTheirWords(key, pull!);
    if (what === "open") this.#opensWhatIsWanted(key, repository, pull!);
    if (what === "close") assert.ok(this.#mayAct(repository, pull!), `${key}: closed what a person wrote`);
    if (what === "merge") this.#mergesWhatPassed(key, repository, pull!);
  }

  #overwritesNobody(what: "push" | "delete", key: string, repository: MemoryRepository): void {
    const before = this.#tips.get(key);
    const isOurs = before === undefined || this.#ours.get(key)?.includes(before);
    assert.ok(isOurs, `${key}: a person's ${before} was overwritten by a ${what}`);
    if (what === "push") this.#pushed(key, repository);
  }

  #isApproved(key: string, { roles }: MemoryRepository, { headSha, reviews }: MemoryPull): void {
    if (!this.needsYes) return;
    const yes = [...reviews].filter(
      ([by, { says, sha }]) => says === "Yes" && sha === headSha && roles.get(by) === "Write",
    );
    assert.ok(yes.length > 0, `${key}: merged without a yes of who may say it`);
  }

  #opensWhatIsWanted(key: string, repository: MemoryRepository, pull: MemoryPull): void {
    const fingerprint = this.#fingerprint(repository, pull) ?? "";
    assert.ok(fingerprint || this.#isAdopted(pull), `${key} shows a commit that is not ours`);
    const base = repository.commits.get(repository.heads.get(pull.base)!)!;
    const merged = mergedFiles(repository, pull);
    assert.ok(!merged || treeId(merged) !== base.tree || this.#isAdopted(pull), `${key} changes nothing`);
    const refused = this.#refused.get(keyOf(repository, pull.head));
    const name = nameOf(pull.head);
    const isForgotten = this.lost.has(name) || this.allowed.retried.has(name);
    assert.ok(!refused?.has(fingerprint) || isForgotten, `${key} asks again for what a person refused`);
  }

  #mergesWhatPassed(key: string, repository: MemoryRepository, pull: MemoryPull): void {
    assert.ok(this.#mayAct(repository, pull), `${key}: merged a commit that is not ours`);
    this.#isNotHeld(pull);
    this.#isApproved(key, repository, pull);
    const checks = [...(repository.checks.get(pull.headSha)?.values() ?? [])];
    assert.ok(
      checks.length > 0 && checks.every((each) => each === "Passed"),
      `${key}: merged with checks ${checks.join()}`,
    );
  }

  /** What it shows was written by us, or given to us. */
  #mayAct(repository: MemoryRepository, pull: MemoryPull): boolean {
    const mine = this.#ours.get(keyOf(repository, pull.head)) ?? [];
    return mine.includes(pull.headSha) || this.#isAdopted(pull);
  }

  #isAdopted({ head, headSha }: MemoryPull): boolean {
    return this.allowed.adopted.has(`${head} ${headSha}`);
  }

  /** Whoever acts on what status says now does not merge what it says is held. */
  #isNotHeld({ head, number }: MemoryPull): void {
    const object = this.#world.cluster.get(ChangeProposal, nameOf(head));
    const { intent, steering } = object ? (ChangeProposal.object.parse(object).status ?? {}) : {};
    if (intent?.effect !== "Merge" || !steering?.hold) return;
    assert.ok(
      Date.parse(steering.hold.until) <= this.#world.clock.now().getTime(),
      `#${number} was merged while it is held`,
    );
  }

  #leavesTheirWords(key: string, { title, body }: MemoryPull): void {
    const theirs = this.#edited.get(key);
    if (theirs?.title === "Mine") assert.equal(title, "Mine", `${key}: a person's title was overwritten`);
    if (theirs?.body === "Mine.") assert.equal(body, "Mine.", `${key}: a person's text was overwritten`);
  }

  /** Nothing that is in force was wished by somebody who may not wish it. */
  #obeysOnlyWhoMay(): void {
    for (const [id, object] of this.#world.cluster.objects) {
      if (!id.startsWith(`${ChangeProposal.kind}/`)) continue;
      const { steering, declined } = ChangeProposal.object.parse(object).status ?? {};
      for (const by of [steering?.hold?.by, steering?.released?.by, steering?.adopted?.by, declined?.by]) {
        assert.ok(by === undefined || by === "pat" || by === "kubectl", `${id}: ${by} was obeyed`);
      }
    }
  }

  /** What was asked below a pull request that is open now has an answer, and no question has two. */
  everybodyIsAnswered(): void {
    const { cluster, repositories } = this.#world;
    for (const repository of repositories) {
      for (const pull of repository.pulls.filter(({ state }) => state === "Open")) {
        const object = cluster.get(ChangeProposal, nameOf(pull.head));
        const status = object && ChangeProposal.object.parse(object).status;
        if (status?.pullRequest?.number !== pull.number) continue;
        for (const { id, body, isBot } of pull.remarks) {
          if (isBot || !body.startsWith("/millrace")) continue;
          const replies = pull.remarks.filter(({ mark }) => mark === `reply-${id}`);
          assert.equal(replies.length, 1, `#${pull.number}: ${JSON.stringify(body)} has ${replies.length} answers`);
        }
      }
    }
  }

  #pushed(key: string, repository: MemoryRepository): void {
    const name = key.split("/").at(-1)!;
    const object = this.#world.cluster.get(ChangeProposal, name);
    const announced = object && ChangeProposal.object.parse(object).status?.intent?.commit;
    if (announced !== repository.heads.get(key.split("@")[1]!)) this.#late.add(key);
    const sha = repository.heads.get(key.split("@")[1]!)!;
    this.#ours.set(key, [...(this.#ours.get(key) ?? []), sha]);
    const { parents, message, tree } = repository.commits.get(sha)!;
    const made = JSON.stringify([key, parents, message, tree]);
    assert.equal(this.#made.get(made) ?? sha, sha, `${key}: the same change on the same base is another commit`);
    this.#made.set(made, sha);
  }

  #refuse(repository: MemoryRepository, pull: MemoryPull): void {
    const fingerprint = this.#fingerprint(repository, pull);
    const key = keyOf(repository, pull.head);
    // Only the last no is remembered, and one to what a person wrote is no refusal of ours.
    for (const sha of this.#ours.get(key) ?? []) {
      this.#everRefused.add(`${key} ${fingerprintIn(repository.commits.get(sha)?.message ?? "")}`);
    }
    if (fingerprint && this.#ours.get(key)?.includes(pull.headSha)) this.#refused.set(key, new Set([fingerprint]));
  }

  /** A host closes the pull request of a branch that is deleted. */
  #refusedByDeletion(repository: MemoryRepository, branch: string): void {
    const pull = repository.pulls.findLast(({ head }) => head === branch);
    if (pull && this.#closed.has(keyOf(repository, `#${pull.number}`))) return;
    if (pull?.state === "Closed" && this.#tips.get(keyOf(repository, branch)) === pull.headSha)
      this.#refuse(repository, pull);
  }

  #fingerprint(repository: MemoryRepository, pull: MemoryPull): string | undefined {
    return fingerprintIn(repository.commits.get(pull.headSha)?.message ?? "");
  }
}

const keyOf = ({ slug }: MemoryRepository, on: string): string => `${slug.owner}/${slug.name}@${on}`;

/** Files as edits see them. */
const seenIn = (files: Files, paths: readonly string[]): ReadonlyMap<string, Seen> =>
  new Map(
    paths.map((path) => {
      const content = files.get(path);
      return [path, content ? { is: "file", content, mode: "File" } : { is: "none" }];
    }),
  );
