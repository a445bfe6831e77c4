import type { Clock, Log, Memory } from "../reconcilers/ports.ts";
import type { Forge as ForgeObject } from "../schema/forge.ts";
import { Governor } from "./governor.ts";
import { Keeper } from "./keeper.ts";
import { giteaLimits, githubLimits, type Limits } from "./limits.ts";
import { RequestGate } from "./request-gate.ts";

export interface GatesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Where it is kept what was created. Without one, a restart forgets. */
  readonly memory?: Memory;
  /** What the hosts allow, where that is not what GitHub and Gitea do by themselves. */
  readonly limits?: Limits;
}

/** Which gate: what counts for the host, whichever objects share it. */
export interface Behind {
  readonly type: ForgeObject["spec"]["type"];
  readonly url: string;
  /** Digest of the address and the credential. */
  readonly key: string;
}

/** A request that was sent before a credential was replaced may be counted by the host so much later. */
const lateMs = 30_000;

/** The gates of one process: one for each credential, whatever adapter is behind it. */
export class Gates {
  readonly #options: GatesOptions;
  readonly #stop = new AbortController();
  readonly #gates = new Map<string, { readonly url: string; readonly gate: RequestGate }>();

  constructor(options: GatesOptions) {
    this.#options = options;
  }

  /** The gate of a credential. A new one in place of `before` goes on with its windows: it may be the same account. */
  at(behind: Behind, before: string | undefined): RequestGate {
    const there = this.#gates.get(behind.key);
    if (there) return there.gate;
    const { clock, limits = behind.type === "Gitea" ? giteaLimits : githubLimits } = this.#options;
    const governor = new Governor(limits);
    const now = clock.now().getTime();
    const old = before === undefined ? undefined : this.#gates.get(before);
    if (old?.url === behind.url) governor.resume(old.gate.governor.use(now, lateMs));
    const gate = new RequestGate(governor, clock, this.#keeper(governor, behind));
    this.#gates.set(behind.key, { url: behind.url, gate });
    return gate;
  }

  get(key: string): RequestGate | undefined {
    return this.#gates.get(key)?.gate;
  }

  /** Forgets all others. */
  keepOnly(used: ReadonlySet<string>): void {
    for (const key of this.#gates.keys()) if (!used.has(key)) this.#gates.delete(key);
  }

  close(): void {
    this.#stop.abort(new Error("the process ends"));
  }

  #keeper(governor: Governor, { url, key }: Behind): Keeper | undefined {
    const { memory, clock, log } = this.#options;
    if (!memory) return undefined;
    // The name is seen by people, and nobody can find a credential by a part of its digest.
    const name = `forge ${new URL(url).host} ${Buffer.from(key, "base64").toString("hex").slice(0, 16)}`;
    return new Keeper({ governor, clock, log, name, memory, signal: this.#stop.signal });
  }
}
