import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { StalledError } from "../reconcilers/errors.ts";
import type { Forge, Forges } from "../reconcilers/forge-port.ts";
import type { Clock, Log, Memory, Secrets } from "../reconcilers/ports.ts";
import type { Priority } from "../schema/change-proposal.ts";
import type { Forge as ForgeObject } from "../schema/forge.ts";
import { Gates } from "./gates.ts";
import { createGitea } from "./gitea/gitea.ts";
import { createGitHub, type Identity } from "./github.ts";
import { identityOf } from "./identity.ts";
import type { Limits } from "./limits.ts";
import { gateFor } from "./priority-gate.ts";
import { type ForgeReading, readingOf } from "./reading.ts";
import type { RequestGate } from "./request-gate.ts";

export interface ForgesOptions {
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
  /** PEM bundle of certificate authorities, for hosts that no public one vouches for. */
  readonly caFile?: string;
  /** Where it is kept how the limits of the hosts were used, for the next process. Without one, a restart forgets. */
  readonly memory?: Memory;
  /** What the hosts allow, where that is not what GitHub and Gitea do by themselves. */
  readonly limits?: Limits;
}

export interface ClosableForges extends Forges {
  /** What each Forge object's governor counts now, for metrics. */
  readings(): readonly ForgeReading[];
  /** Closes the connections to all hosts. */
  close(): Promise<void>;
}

interface Known {
  /** `NAMESPACE/NAME` of the Forge object. */
  readonly name: string;
  /** Which object, as of which spec. */
  readonly object: string;
  /** Until when its secret is not read again. */
  readonly until: number;
  readonly mark: string;
  readonly gate: string;
  /** One for each priority that was asked for. */
  readonly adapters: Map<Priority, Forge>;
  readonly make: (priority: Priority) => Forge;
}

/** Connections to one host. */
const connections = 32;
/** A secret that was read is taken to be the same for so long: many reconciles ask for one forge. */
const rememberMs = 10_000;

/** Gives the adapter of each Forge object, and the same one as long as its credential is the same. */
export function createForges(options: ForgesOptions): ClosableForges {
  return new ForgesByObject(options);
}

class ForgesByObject implements ClosableForges {
  readonly #options: ForgesOptions;
  readonly #agent: Agent;
  readonly #gates: Gates;
  readonly #known = new Map<string, Known>();

  constructor(options: ForgesOptions) {
    this.#options = options;
    this.#gates = new Gates(options);
    const connect = options.caFile === undefined ? {} : { connect: { ca: readFileSync(options.caFile) } };
    this.#agent = new Agent({ connections, keepAliveTimeout: 30_000, ...connect });
  }

  async of(object: ForgeObject, signal: AbortSignal, priority: Priority = "Bump"): Promise<Forge> {
    const { metadata, spec } = object;
    if (spec.suspend)
      throw new StalledError("Suspended", `Forge ${metadata.name} is suspended: set spec.suspend to false`);
    const known = await this.#current(object, signal);
    const forge = known.adapters.get(priority) ?? known.make(priority);
    known.adapters.set(priority, forge);
    return forge;
  }

  readings(): readonly ForgeReading[] {
    const now = this.#options.clock.now().getTime();
    return [...this.#known.values()].flatMap(({ name, gate }) => {
      const there = this.#gates.get(gate);
      return there ? [readingOf(name, there, now)] : [];
    });
  }

  async close(): Promise<void> {
    this.#gates.close();
    await this.#agent.destroy();
  }

  /** What is known of the object's credential, read again where it may have changed. */
  async #current(object: ForgeObject, signal: AbortSignal): Promise<Known> {
    const { metadata, spec } = object;
    const name = `${metadata.namespace}/${metadata.name}`;
    const now = this.#options.clock.now().getTime();
    const version = digest(metadata.uid, JSON.stringify(spec.credentials), spec.url, spec.type);
    const before = this.#known.get(name);
    if (before?.object === version && before.until > now) return before;
    const identity = await identityOf(object, this.#options.secrets, signal);
    const gate = digest(spec.url, JSON.stringify(identity));
    const mark = digest(metadata.uid, gate, spec.type);
    // Another turn may have read it meanwhile.
    const there = this.#known.get(name);
    const isSame = there?.mark === mark;
    const made = isSame ? there : this.#make(object, identity, this.#gates.at({ ...spec, key: gate }, there?.gate));
    const known: Known = { ...made, name, object: version, until: now + rememberMs, mark, gate };
    this.#known.set(name, known);
    this.#gates.keepOnly(new Set([...this.#known.values()].map((each) => each.gate)));
    if (there && !isSame)
      this.#options.log.info({ forge: name }, "the credential or the address of the forge has changed");
    return known;
  }

  #make({ metadata, spec }: ForgeObject, identity: Identity, gate: RequestGate): Pick<Known, "adapters" | "make"> {
    const { clock, random } = this.#options;
    const { namespace, name } = metadata;
    const shared = { url: spec.url, identity, owner: { namespace, name }, clock, random, dispatcher: this.#agent };
    const create = spec.type === "Gitea" ? createGitea : createGitHub;
    const make = (priority: Priority): Forge => create({ ...shared, gate: gateFor(gate, priority) });
    return { adapters: new Map(), make };
  }
}

const digest = (...parts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest("base64");
};
