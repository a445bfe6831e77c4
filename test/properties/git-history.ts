import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommit } from "../../src/git/commit-object.ts";
import { type ClosableGit, createGit } from "../../src/git/git.ts";
import { branchOf } from "../../src/reconcilers/change-proposal/branch.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { steering } from "../../src/schema/steering.ts";
import { DiskRepository } from "../support/git-disk.ts";
import { GitLightServer } from "../support/git-light-server.ts";
import { mergeFiles } from "../support/git-merge.ts";
import { GitOnDisk, type OnDisk } from "../support/git-on-disk.ts";
import { type MemoryRepository, silent, withChanges } from "../support/memory-host.ts";
import { forge, proposal, repository } from "../support/objects.ts";
import { mulberry32, pick, type Random } from "../support/random.ts";
import { Replica, World } from "../support/world.ts";

const slug = "acme/app";
const branch = branchOf({ namespace: "fleet", name: "bump" });

/** Where one history is played: a folder of the server, and what works on it. */
interface Place {
  readonly directory: string;
  readonly url: string;
  readonly name: string;
}

/** Where histories are played: one server for all of them, and one git. */
export class Stage {
  readonly server: GitLightServer;
  readonly git: ClosableGit;
  readonly #folder: string;
  readonly #leaving: Promise<void>[] = [];
  #count = 0;

  private constructor(folder: string, server: GitLightServer) {
    this.#folder = folder;
    this.server = server;
    this.git = createGit({ directory: join(folder, "state"), path: process.env["PATH"] ?? "", log: silent });
  }

  static async start(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-histories-"));
    return new Stage(folder, await GitLightServer.start(join(folder, "host")));
  }

  place(): Place {
    const name = `${this.#count++}`;
    return { directory: join(this.server.root, name), url: this.server.url(name), name };
  }

  /** Removes it, while others go on. */
  leave(directory: string): void {
    this.#leaving.push(rm(directory, { recursive: true, force: true }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#leaving);
    await this.git.close();
    await this.server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A replica with real git. */
class GitReplica extends Replica {
  constructor(world: World, git: GitOnDisk) {
    super(world);
    Object.assign(this, { git });
    this.restart();
  }
}

/** What happened in a history, so that one can see that it tries something. */
export interface Told {
  /** Branch moves by Millrace. */
  readonly ours: number;
  /** Commits that people put onto the proposal's branch. */
  readonly theirs: number;
  /** People who were quicker than a push that was under way. */
  readonly races: number;
}

export interface HistoryOptions {
  readonly stage: Stage;
  readonly steps?: number;
  /** `ignored` takes the lease out of every push. */
  readonly lease?: OnDisk["lease"];
}

/**
 * One seeded history of one proposal on a real repository that real git serves, with people who commit, amend, rebase,
 * merge main into the branch, force-push and delete, between our turns and in the middle of our pushes; processes crash,
 * and lose their mirrors. Throws, with the seed, when anything that Millrace did made a person's commit unreachable.
 */
export async function runGitHistory(
  seed: number,
  { stage, steps = 14, lease = "held" }: HistoryOptions,
): Promise<Told> {
  const { git, server } = stage;
  const { directory, url, name } = stage.place();
  const random = mulberry32(seed);
  const world = new World();
  world.create(slug, { "a.yaml": "version: 1.0.0\n", "README.md": "app\n" });
  const memory = world.host.get(slug);
  const disk = new DiskRepository(directory, memory);
  disk.write();
  world.apply(
    forge(),
    repository("app"),
    proposal("bump", "2.0.0", { merge: { mode: pick(random, ["Manual", "WhenChecksPass"]) } }),
  );
  const people = new People(world, random);
  const watch = new Watch(world, memory, disk);
  let races = 0;
  const race = (): void => {
    if (random() >= 0.15) return;
    races += 1;
    people.onTheBranch();
  };
  server.beforeReceive.set(name, race);
  const replica = new GitReplica(world, new GitOnDisk({ git, host: world.host, memory, disk, url, race, lease }));
  const stop = world.host.faults.decide(() =>
    random() < 0.01 ? pick(random, ["crash", "broken"] as const) : undefined,
  );
  try {
    // To where there is something to lose.
    for (let first = 2 + Math.floor(random() * 7); first > 0; first--) await turn(replica, random);
    for (let step = 0; step < steps; step++) {
      world.clock.advance(Math.floor(random() * 120_000));
      if (random() < 0.6) await turn(replica, random);
      else people.act();
      watch.check();
    }
    stop();
    for (let last = 0; last < 2; last++) await turn(replica, random);
    watch.ends();
    return { ours: watch.ours, theirs: people.commits, races };
  } catch (error) {
    const story = world.host.effects.map(({ by, what, on }) => `${by} ${what} ${on}`).join("\n");
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}: ${message}\n${story}\n${world.transcript()}`, { cause: error });
  } finally {
    server.beforeReceive.delete(name);
    stage.leave(directory);
  }
}

async function turn(replica: GitReplica, random: Random): Promise<void> {
  if (random() < 0.9) replica.view.refresh();
  const reconciler = replica.reconcilers.find(({ kind }) => kind === ChangeProposal)!;
  for (const id of replica.view.ids(ChangeProposal)) {
    if ((await replica.turn(reconciler, id)) === "crashed") replica.restart(random() < 0.3 ? "lost" : undefined);
  }
}

/** Everybody who does not ask us. */
class People {
  readonly #world: World;
  readonly #random: Random;
  /** Commits that they put onto the branch. */
  commits = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** Something, somewhere. */
  act(): void {
    const { person, cluster } = this.#world;
    const pull = this.#memory.pulls.at(-1);
    const text = String(this.#random());
    const value = pick(this.#random, ["2.0.0", "3.0.0", "4.0.0"]);
    const acts: (() => unknown)[] = [
      ...Array.from({ length: 4 }, () => () => this.onTheBranch()),
      () => person.push(slug, "main", { "README.md": text }),
      () => person.push(slug, "main", { "a.yaml": `# ${text}\nversion: 1.0.0\n` }),
      () => cluster.put(proposal("bump", value)),
      () => cluster.put(proposal("bump", value)),
      () => this.#steer(pick(this.#random, ["adopt", "release", "rebase", "retry", "reject"] as const)),
    ];
    if (pull?.state === "Open") {
      acts.push(() => person.close(slug, pull.number));
      acts.push(() => person.addCheck(slug, pull.number, "ci", "Passed"));
      acts.push(() => this.#try(() => person.merge(slug, pull.number, pick(this.#random, ["Squash", "Merge"]))));
    }
    if (pull?.state === "Closed" && this.#memory.heads.get(pull.head) === pull.headSha)
      acts.push(() => person.reopen(slug, pull.number));
    if (cluster.get(ChangeProposal, "bump")) acts.push(() => cluster.delete(ChangeProposal, "bump"));
    pick(this.#random, acts)();
  }

  /** Something on the proposal's branch, or to it. */
  onTheBranch(): void {
    const { person } = this.#world;
    const tip = this.#memory.heads.get(branch);
    const text = String(this.#random());
    if (tip === undefined) {
      person.push(slug, branch, { "mine.txt": text });
      this.commits += 1;
      return;
    }
    const acts: (() => unknown)[] = [
      () => person.push(slug, branch, { "mine.txt": text }),
      () => person.push(slug, branch, { "a.yaml": `version: ${text}\n` }),
      () => person.amend(slug, branch, { "mine.txt": text }),
      () => person.amend(slug, branch),
      () => this.#mergeMain(tip),
      () => this.#rebase(tip),
      () => this.#spoof(tip, text),
      () => person.reset(slug, branch, pick(this.#random, [...this.#memory.commits.keys()])),
      () => person.deleteBranch(slug, branch),
    ];
    const chosen = Math.floor(this.#random() * acts.length);
    if (chosen < 7) this.commits += 1;
    acts[chosen]!();
  }

  get #memory(): MemoryRepository {
    return this.#world.host.get(slug);
  }

  #try(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!/has conflicts/.test(String(error))) throw error;
    }
  }

  #steer(word: "adopt" | "release" | "rebase" | "retry" | "reject"): void {
    if (!this.#world.cluster.get(ChangeProposal, "bump")) return;
    const tip = this.#memory.heads.get(branch) ?? "";
    const value = word === "adopt" ? tip : `because ${this.#random()}`;
    this.#world.cluster.annotate(ChangeProposal, "bump", { [steering[word]]: value });
  }

  #mergeMain(tip: string): void {
    const main = this.#memory.commits.get(this.#memory.heads.get("main")!)!;
    const { files } = mergeFiles(new Map(), this.#memory.commits.get(tip)!.files, main.files);
    this.#put({ parents: [tip, main.sha], files, message: "Merge main\n" });
  }

  #rebase(tip: string): void {
    const main = this.#memory.heads.get("main")!;
    const { files, message, author } = this.#memory.commits.get(tip)!;
    this.#put({ parents: [main], files, message, author });
  }

  /** Under our name and with our trailers. */
  #spoof(tip: string, text: string): void {
    const { files, message, author, at } = this.#memory.commits.get(tip)!;
    this.#put({ parents: [tip], files: withChanges(files, { "mine.txt": text }), message, author, at });
  }

  #put(commit: Parameters<World["host"]["write"]>[1]): void {
    const { sha } = this.#world.host.write(this.#memory, commit);
    this.#world.person.reset(slug, branch, sha);
  }
}

/** Knows every commit of a person, and sees to it that only people remove them. */
class Watch {
  readonly #memory: MemoryRepository;
  readonly #disk: DiskRepository;
  readonly #all = new Set<string>();
  /** Commits of people that a branch leads to. */
  #theirs = new Set<string>();
  #broken: string | undefined;
  ours = 0;

  constructor(world: World, memory: MemoryRepository, disk: DiskRepository) {
    this.#memory = memory;
    this.#disk = disk;
    for (const sha of memory.commits.keys()) this.#all.add(sha);
    world.host.listen(({ by, what, on }) => (by === "person" ? this.#person() : this.#millrace(`${what} ${on}`)));
  }

  /** Throws where something was lost. */
  check(): void {
    assert.equal(this.#broken, undefined);
  }

  /** The same on the disk itself, by its own objects. */
  ends(): void {
    this.check();
    const reached = new Set(this.#disk.heads().values());
    for (const sha of reached)
      for (const parent of parseCommit(sha, this.#disk.object(sha)).parents) reached.add(parent);
    assert.deepEqual(
      [...this.#theirs].filter((sha) => !reached.has(sha)),
      [],
      "commits of people are gone from the disk",
    );
    assert.deepEqual(
      this.#disk.heads(),
      new Map([...this.#memory.heads].sort()),
      "the disk and what we know of it differ",
    );
  }

  /** What a person did not keep, a person removed. */
  #person(): void {
    this.#disk.write();
    const reached = this.#reached();
    const added = [...reached].filter((sha) => !this.#all.has(sha));
    for (const sha of added) this.#all.add(sha);
    this.#theirs = new Set([...this.#theirs, ...added].filter((sha) => reached.has(sha)));
  }

  #millrace(what: string): void {
    // Merges and the like are made in memory.
    this.#disk.write();
    this.ours += 1;
    const reached = this.#reached();
    for (const sha of reached) this.#all.add(sha);
    const lost = [...this.#theirs].filter((sha) => !reached.has(sha));
    if (lost.length > 0) this.#broken ??= `Millrace's ${what} lost ${lost.join(", ")}`;
  }

  #reached(): Set<string> {
    const seen = new Set(this.#memory.heads.values());
    for (const sha of seen) for (const parent of this.#memory.commits.get(sha)!.parents) seen.add(parent);
    return seen;
  }
}
