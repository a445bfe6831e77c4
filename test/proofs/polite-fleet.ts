import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenOf } from "../../src/controller/children.ts";
import { Controller } from "../../src/controller/controller.ts";
import { lookupOf } from "../../src/controller/lookup.ts";
import { Registry } from "../../src/controller/metrics.ts";
import { Parser } from "../../src/controller/parse.ts";
import { recordsOf } from "../../src/controller/records.ts";
import { Scrubber } from "../../src/controller/scrub.ts";
import { type RunningForge, startForge } from "../../src/embedded/forge/server.ts";
import type { StrictReport } from "../../src/embedded/forge/strict.ts";
import { type ClosableForges, createForges } from "../../src/forge/forges.ts";
import type { Limits } from "../../src/forge/limits.ts";
import { type ClosableGit, createGit } from "../../src/git/git.ts";
import { reconcilersFor } from "../../src/reconcilers/index.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import { kinds } from "../../src/schema/index.ts";
import type { Kind } from "../../src/schema/kind.ts";
import { Repository } from "../../src/schema/repository.ts";
import { TestMemory } from "../properties/governor-host.ts";
import { FakeClock } from "../support/clock.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { silent } from "../support/memory-host.ts";
import { Busy } from "./busy.ts";

export interface FleetOptions {
  /** What the forge enforces, and what we hold to; GitHub's by default. */
  readonly limits?: Limits;
  /** Requests an hour; 5000 by default, as a token has. */
  readonly requestsPerHour?: number;
  readonly random: () => number;
}

export interface Declared {
  /** Proposals to one repository. */
  readonly each?: number;
  /** The number of the first. */
  readonly from?: number;
  /** More of each proposal's spec. */
  readonly spec?: object;
}

/** The controllers of one process, until it is killed. */
interface Running {
  readonly forges: ClosableForges;
  readonly git: ClosableGit;
  readonly stop: AbortController;
  readonly controllers: readonly Controller[];
}

const namespace = "fleet";

/**
 * The real engine (controllers, reconcilers, git, the GitHub adapter over HTTP) before a strict forge. Cluster, engine
 * and forge live on one simulated clock, which jumps to the next timer whenever nothing real is under way.
 */
export class PoliteFleet {
  readonly clock: FakeClock;
  readonly cluster: FakeCluster;
  readonly memory = new TestMemory();
  readonly forge: RunningForge;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #limits: Limits | undefined;
  readonly #busy = new Busy();
  #running: Running | undefined;
  #starts = 0;

  private constructor(folder: string, forge: RunningForge, clock: FakeClock, { limits, random }: FleetOptions) {
    this.#folder = folder;
    this.forge = forge;
    this.clock = clock;
    this.cluster = new FakeCluster(clock);
    this.#random = random;
    this.#limits = limits;
  }

  static async create({ limits, requestsPerHour = 5_000, random }: FleetOptions): Promise<PoliteFleet> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-polite-"));
    const clock = new FakeClock();
    const forge = await startForge({
      dataDir: join(folder, "forge"),
      clock,
      limits: { requestsPerHour },
      strict: limits ? { limits: { ...limits, inFlight: 100 } } : {},
    });
    forge.createOrganization("acme", { millrace: "write" });
    forge.createToken("millrace", { secret: "bot-token" });
    const fleet = new PoliteFleet(folder, forge, clock, { random, ...(limits && { limits }) });
    fleet.#declare(Forge, "local", { url: forge.api, credentials: { tokenSecretRef: { name: "forge" } } });
    return fleet;
  }

  /** So many proposals, each of which changes a line of its own; some to each repository. */
  async declare(count: number, { each = 5, from = 0, spec = {} }: Declared = {}): Promise<void> {
    for (let n = from; n < from + count; n++) {
      const name = `sdk-${String(Math.floor(n / each)).padStart(3, "0")}`;
      if (n % each === 0) {
        const files = Object.fromEntries(Array.from({ length: each }, (_, at) => [`${at}.yaml`, "version: 1.0.0\n"]));
        await this.forge.createRepository({ owner: "acme", name, files });
        this.#declare(Repository, name, { forgeRef: { name: "local" }, owner: "acme", name });
      }
      this.#declare(ChangeProposal, `bump-${String(n).padStart(3, "0")}`, {
        repositoryRef: { name },
        title: "Set version to 2.0.0",
        change: { edits: [{ path: `${n % each}.yaml`, set: { field: ["version"], value: "2.0.0" } }] },
        merge: { mode: "Manual" },
        pullRequest: { labels: ["bot"] },
        ...spec,
      });
    }
  }

  /** How many proposals have their pull request. */
  get opened(): number {
    return this.cluster.all(ChangeProposal.resource).filter(({ status }) => (status as Status)?.pullRequest).length;
  }

  /** What the strict forge has to say of our account. */
  get report(): StrictReport {
    return this.forge.strictReports().find(({ account }) => account === "user millrace")!;
  }

  /** Proposals that wait for their turn, by what their status says. */
  get throttled(): number {
    const throttled = (status: Status): boolean =>
      status?.conditions?.some(({ reason, message }) => reason === "Throttled" && / until /.test(message)) ?? false;
    return this.cluster.all(ChangeProposal.resource).filter(({ status }) => throttled(status as Status)).length;
  }

  /** Starts the engine as a new process would: with nothing but the cluster, the disk and the memory. */
  async start(): Promise<void> {
    const { clock, cluster, memory } = this;
    const random = this.#random;
    const git = createGit({
      directory: join(this.#folder, `state-${this.#starts++}`),
      path: process.env["PATH"] ?? "",
      log: silent,
    });
    const secrets = { read: async () => "bot-token" };
    const forges = createForges({
      secrets,
      clock,
      random,
      log: silent,
      memory,
      ...(this.#limits && { limits: this.#limits }),
    });
    const informers = new Map(kinds.map((kind) => [kind.kind, cluster.separateInformer(kind.resource)]));
    const lookup = lookupOf(informers);
    const client = cluster.client();
    const children = childrenOf(client, informers, "millrace");
    const records = recordsOf(client, "millrace");
    const ports = { lookup, children, records, secrets, forges, git: this.#busy.watching(git), runner: undefined };
    const shared = { lookup, client, clock, time: clock, random, log: silent, parser: new Parser() };
    const controllers = reconcilersFor(ports).map(
      (reconciler) =>
        new Controller({
          ...shared,
          reconciler,
          informerOf: ({ kind }) => informers.get(kind.kind)!,
          events: { record: () => undefined },
          registry: new Registry(),
          scrubber: new Scrubber(),
          fieldManager: "millrace",
          mayWrite: () => true,
          tempo: { workers: 8 },
        }),
    );
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    for (const informer of informers.values()) void informer.start(stop.signal);
    await clock.advance(0);
    for (const controller of controllers) controller.start(stop.signal);
    this.#running = { forges, git, stop, controllers };
  }

  /** Ends the process in the middle of whatever it does. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (!running) return;
    running.stop.abort(new Error("killed"));
    await running.forges.close();
    const closed = Promise.all(running.controllers.map((controller) => controller.close()));
    await running.git.close();
    await closed;
  }

  /** Gives how many minutes of simulated time passed. */
  async until(condition: () => boolean, withinMs = 5 * 3_600_000): Promise<number> {
    const began = this.clock.monotonic();
    await this.#busy.until(this.clock, condition, withinMs);
    return (this.clock.monotonic() - began) / 60_000;
  }

  /** Lets so much time pass, with nobody there or whatever is under way. */
  async rest(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  async close(): Promise<void> {
    await this.kill();
    this.#busy.close();
    await this.forge.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #declare(kind: Kind, name: string, spec: object): void {
    this.cluster.create(kind.resource, { metadata: { namespace, name }, spec: kind.spec.parse(spec) } as never);
  }
}

type Status =
  | {
      readonly pullRequest?: object;
      readonly conditions?: readonly { readonly reason: string; readonly message: string }[];
    }
  | undefined;
