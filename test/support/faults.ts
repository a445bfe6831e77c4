import { ForgeError } from "../../src/reconcilers/errors.ts";

/** Thrown where a scenario kills the process. No code in src knows it, so it ends the turn like a death does. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** Calls that the memory forge and the memory git make on the world, by the names of the ports. */
export type Call =
  | "forge.identity"
  | "forge.repository"
  | "forge.archiveSha256"
  | "forge.role"
  | "pulls.find"
  | "pulls.get"
  | "pulls.open"
  | "pulls.revise"
  | "pulls.checks"
  | "pulls.merge"
  | "pulls.close"
  | "pulls.decorate"
  | "pulls.comments"
  | "pulls.comment"
  | "pulls.closedBy"
  | "pulls.approvals"
  | "pulls.handOver"
  | "releases.find"
  | "releases.publish"
  | "releases.revise"
  | "releases.attach"
  | "git.sync"
  | "git.read"
  | "git.describe"
  | "git.commit"
  | "git.entry"
  | "git.tar"
  | "git.diff"
  | "git.isAncestor"
  | "git.pick"
  | "git.revert"
  | "git.list"
  | "git.log"
  | "git.tag"
  | "git.push";

/**
 * - `crash`: the process dies
 * - `broken`: the host answers 5xx, or the connection breaks: `ForgeError("unavailable")`
 * - `limited`: too many requests; come back in a minute
 * - `denied`: the credential stopped working
 */
export type FaultKind = "crash" | "broken" | "limited" | "denied";

/** `before`: the effect did not happen. `after`: it did, and the answer got lost. */
export interface Fault {
  readonly call: Call;
  readonly when: "before" | "after";
  readonly kind: FaultKind;
}

/** Faults to come, and a count of all that went through. Shared by everything that stands for the outside world. */
export class Faults {
  readonly #planned: Fault[] = [];
  readonly #random: ((call: Call, when: Fault["when"]) => FaultKind | undefined)[] = [];
  readonly #counts = new Map<Call, number>();

  /** Plays this fault once, at the next such call. Several planned ones play in their order. */
  plan(call: Call, when: Fault["when"], kind: FaultKind): void {
    this.#planned.push({ call, when, kind });
  }

  /** Asks at every call whether it fails: for seeded histories. Gives a function that takes it back. */
  decide(choose: (call: Call, when: Fault["when"]) => FaultKind | undefined): () => void {
    this.#random.push(choose);
    return () => {
      this.#random.splice(this.#random.indexOf(choose), 1);
    };
  }

  /** How many calls of this name were begun. */
  count(call: Call): number {
    return this.#counts.get(call) ?? 0;
  }

  /** Planned faults that have not played yet. */
  get left(): number {
    return this.#planned.length;
  }

  /** Runs one call through the faults. */
  async run<T>(call: Call, signal: AbortSignal, work: () => T): Promise<T> {
    signal.throwIfAborted();
    this.#counts.set(call, this.count(call) + 1);
    this.#play(call, "before");
    await Promise.resolve();
    const result = work();
    this.#play(call, "after");
    return result;
  }

  #play(call: Call, when: Fault["when"]): void {
    const index = this.#planned.findIndex((each) => each.call === call && each.when === when);
    const kind = index >= 0 ? this.#planned.splice(index, 1)[0]!.kind : this.#chosen(call, when);
    if (kind) throw errorOf(kind, call, when);
  }

  #chosen(call: Call, when: Fault["when"]): FaultKind | undefined {
    for (const choose of this.#random) {
      const kind = choose(call, when);
      if (kind) return kind;
    }
    return undefined;
  }
}

function errorOf(kind: FaultKind, call: Call, when: string): Error {
  switch (kind) {
    case "crash":
      return new Crash(`killed ${when} ${call}`);
    case "broken":
      return new ForgeError("unavailable", `could not ${call}: the host answered 502`);
    case "limited":
      return new ForgeError("limited", `could not ${call}: too many requests`, { retryAfterMs: 60_000 });
    case "denied":
      return new ForgeError("denied", `could not ${call}: the credential was refused`);
  }
}
