import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Release } from "../../schema/release.ts";
import type { ReleasePlan } from "../../schema/release-plan.ts";
import { steering } from "../../schema/steering.ts";
import { bounded } from "../bounded.ts";
import { ForgeError, WaitingError } from "../errors.ts";
import type { Forges } from "../forge-port.ts";
import type { Git } from "../git-port.ts";
import type { Child, Children, Lookup } from "../ports.ts";
import type { Turn } from "../reconciler.ts";
import type { Trouble } from "./attempt.ts";
import { bumpOf, editsOf, type Pin, pinsOf } from "./bump.ts";
import { childOf, goingSpec, mergeOf, releaseOf } from "./child.ts";
import { bumpKey, itemOf, partsOf, releaseKey } from "./kin.ts";
import { openManifests } from "./manifest.ts";
import { listed } from "./node.ts";
import type { Sight } from "./observe.ts";
import type { Effect } from "./observed.ts";
import { takeBackChange } from "./rollback.ts";
import type { NodeStatus } from "./stage.ts";
import { stopKin } from "./stop.ts";

export interface Hands {
  readonly lookup: Lookup;
  readonly children: Children;
  readonly forges: Forges;
  readonly git: Git;
}

/** How many nodes are worked on at once: enough to hide what is far away, few enough to spare what is near. */
const width = 16;

/** Carries out what was decided, and gives what went wrong by node. A child that could not be stopped is thrown. */
export async function act(
  effects: readonly Effect[],
  { sight, nodes }: { readonly sight: Sight; readonly nodes: readonly NodeStatus[] },
  hands: Hands,
  turn: Turn,
): Promise<ReadonlyMap<string, Trouble>> {
  const troubles = new Map<string, Trouble>();
  const known = new Map(nodes.map((node) => [node.name, node]));
  const maker = new Maker({ sight, known, hands, turn });
  await bounded(effects, width, async (effect) => {
    try {
      await maker.carryOut(effect);
    } catch (error) {
      turn.signal.throwIfAborted();
      if (effect.do === "stop") throw error;
      turn.log.warn({ err: error, node: effect.node, effect: effect.do }, "a step of the plan failed");
      troubles.set(effect.node, troubleOf(error));
    }
  });
  return troubles;
}

/** What only has to wait for a forge does not count as a try. */
function troubleOf(error: unknown): Trouble {
  const reason = error instanceof Error ? error.message : String(error);
  const waits =
    error instanceof WaitingError ||
    (error instanceof ForgeError && ["limited", "unavailable", "conflict"].includes(error.code));
  return { reason, counts: !waits };
}

interface Work {
  readonly sight: Sight;
  readonly known: ReadonlyMap<string, NodeStatus>;
  readonly hands: Hands;
  readonly turn: Turn;
}

class Maker {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  async carryOut({ do: what, node }: Effect): Promise<void> {
    switch (what) {
      case "enter":
        return this.#enter(node);
      case "release":
        return this.#release(node);
      case "keep":
        return this.#keep(node);
      case "drop":
        return this.#drop(node);
      case "stop":
        return stopKin(this.#plan, this.#kin(node), this.#work.hands, this.#work.turn.signal);
    }
  }

  async #enter(node: string): Promise<void> {
    const change = (await this.#takeBack(node)) ?? (await this.#bump(node));
    if (change === undefined) return this.#release(node);
    const key = bumpKey(this.#plan, node, this.#work.hands.lookup);
    await this.#apply(childOf(this.#plan, ChangeProposal, { key, retried: this.#retried(node) }, change));
  }

  /** What moves the versions that the node requires; undefined where they are right. */
  async #bump(node: string): Promise<object | undefined> {
    const { sight, known, hands, turn } = this.#work;
    const pins: readonly Pin[] = pinsOf(sight.net.edges(node), known);
    const read = await openManifests(this.#plan, partsOf(node).repository, hands, turn.signal);
    const unknown = await read.unknown(node);
    if (unknown.length > 0) {
      const message = `GraphBehind: its manifests require ${listed(unknown)}, which the graph does not know of yet: its Repository is looked at again`;
      throw new WaitingError("GraphBehind", message);
    }
    if (pins.length === 0) return undefined;
    const { edits, moved } = await editsOf(pins, read.text);
    return edits.length === 0 ? undefined : bumpOf(this.#plan, node, moved, edits);
  }

  async #takeBack(node: string): Promise<object | undefined> {
    const { sight, hands, turn } = this.#work;
    const item = sight.takeBacks.get(node);
    if (!item) return undefined;
    // It raises the patch alone.
    const isAlways = this.#plan.spec.policy.approval.of === "Always";
    const { remote } = await openManifests(this.#plan, item.repository, hands, turn.signal);
    const { change, title, body } = await takeBackChange(item, { git: hands.git, remote, signal: turn.signal });
    return { repositoryRef: { name: item.repository }, title, body, change, merge: mergeOf(this.#plan, isAlways) };
  }

  async #release(node: string): Promise<void> {
    const item = itemOf(this.#plan, node);
    // What was taken back before already is not released once more.
    const force = this.#kin(node).bump?.status?.phase === "Merged";
    const bump = this.#work.sight.takeBacks.has(node) ? ({ bump: "Patch", force } as const) : undefined;
    const key = releaseKey(this.#plan, node, this.#work.hands.lookup);
    const spec = { ...releaseOf(this.#plan, item, node), ...bump };
    await this.#apply(childOf(this.#plan, Release, { key, retried: this.#retried(node) }, spec));
  }

  /** Only where it does not hear of it already: what people changed in it besides stays. */
  async #keep(node: string): Promise<void> {
    const { bump, release } = this.#kin(node);
    const retried = this.#retried(node);
    const child = release ?? bump;
    if (!child || retried === undefined || child.metadata.annotations?.[steering.retry] === retried) return;
    if (release) return this.#release(node);
    const { namespace, name } = bump!.metadata;
    const saying = { key: { namespace, name }, retried };
    await this.#apply(childOf(this.#plan, ChangeProposal, saying, goingSpec(bump!)));
  }

  async #drop(node: string): Promise<void> {
    const { release } = this.#kin(node);
    if (!release) return;
    const { namespace, name } = release.metadata;
    await this.#work.hands.children.remove(Release, { namespace, name }, this.#work.turn.signal);
  }

  get #plan(): ReleasePlan {
    return this.#work.sight.observed.plan;
  }

  #kin(node: string) {
    return this.#work.sight.observed.kin.get(node) ?? { bump: undefined, release: undefined };
  }

  #retried(node: string): string | undefined {
    return this.#work.known.get(node)?.retried;
  }

  #apply(child: Child): Promise<void> {
    return this.#work.hands.children.apply(child, this.#work.turn.signal);
  }
}
