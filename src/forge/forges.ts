import { createHash, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { StalledError } from "../reconcilers/errors.ts";
import type { Forge, Forges } from "../reconcilers/forge-port.ts";
import type { Clock, Log, Secrets } from "../reconcilers/ports.ts";
import type { Forge as ForgeObject } from "../schema/forge.ts";
import type { SecretRef } from "../schema/object.ts";
import { createGitHub, type Identity } from "./github.ts";
import { Governor } from "./governor.ts";
import { RequestGate } from "./request-gate.ts";

export interface ForgesOptions {
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
  /** PEM bundle of certificate authorities, for hosts that no public one vouches for. */
  readonly caFile?: string;
}

export interface ClosableForges extends Forges {
  /** Closes the connections to all hosts. */
  close(): Promise<void>;
}

interface Known {
  /** Which object, as of which spec. */
  readonly object: string;
  /** Until when its secret is not read again. */
  readonly until: number;
  readonly mark: string;
  readonly gate: string;
  readonly forge: Forge;
}

/** Connections to one host. */
const connections = 32;
/** A secret that was read is taken to be the same for so long: many reconciles ask for one forge. */
const rememberMs = 10_000;

/** Gives the adapter of each Forge object, and the same one as long as its credential is the same. */
export function createForges(options: ForgesOptions): ClosableForges {
  return new GitHubForges(options);
}

class GitHubForges implements ClosableForges {
  readonly #options: ForgesOptions;
  readonly #agent: Agent;
  readonly #known = new Map<string, Known>();
  /** By API and credential: what counts for the host, whichever objects share it. */
  readonly #gates = new Map<string, RequestGate>();

  constructor(options: ForgesOptions) {
    this.#options = options;
    const connect = options.caFile === undefined ? {} : { connect: { ca: readFileSync(options.caFile) } };
    this.#agent = new Agent({ connections, keepAliveTimeout: 30_000, ...connect });
  }

  async of(object: ForgeObject, signal: AbortSignal): Promise<Forge> {
    const { metadata, spec } = object;
    if (spec.suspend)
      throw new StalledError("Suspended", `Forge ${metadata.name} is suspended: set spec.suspend to false`);
    const key = `${metadata.namespace}/${metadata.name}`;
    const there = this.#known.get(key);
    const now = this.#options.clock.now().getTime();
    const version = digest(metadata.uid, JSON.stringify(spec.credentials), spec.url);
    if (there?.object === version && there.until > now) return there.forge;
    const identity = await identityOf(object, this.#options.secrets, signal);
    const gate = digest(spec.url, JSON.stringify(identity));
    const mark = digest(metadata.uid, gate);
    const forge = there?.mark === mark ? there.forge : this.#make(object, identity, gate);
    this.#known.set(key, { object: version, until: now + rememberMs, mark, gate, forge });
    this.#forgetGates();
    if (there && there.forge !== forge)
      this.#options.log.info({ forge: key }, "the credential or the address of the forge has changed");
    return forge;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  #make({ metadata, spec }: ForgeObject, identity: Identity, key: string): Forge {
    const { clock, random } = this.#options;
    const gate = this.#gates.get(key) ?? new RequestGate(new Governor(), clock);
    this.#gates.set(key, gate);
    const { namespace, name } = metadata;
    return createGitHub({
      url: spec.url,
      identity,
      gate,
      owner: { namespace, name },
      clock,
      random,
      dispatcher: this.#agent,
    });
  }

  #forgetGates(): void {
    const used = new Set([...this.#known.values()].map(({ gate }) => gate));
    for (const key of this.#gates.keys()) if (!used.has(key)) this.#gates.delete(key);
  }
}

const digest = (...parts: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length} ${part}`);
  return hash.digest("base64");
};

async function identityOf({ metadata, spec }: ForgeObject, secrets: Secrets, signal: AbortSignal): Promise<Identity> {
  const { namespace } = metadata;
  const { tokenSecretRef, app } = spec.credentials;
  const read = async (ref: SecretRef, how: string): Promise<string> => {
    const value = (await secrets.read(namespace, ref, signal))?.trim();
    if (value) return value;
    const what = value === "" ? "is empty" : "is not there";
    const command = `kubectl create secret generic ${ref.name} --namespace ${namespace} ${how}`;
    const message = `key ${JSON.stringify(ref.key)} of Secret ${ref.name} ${what}: ${command}`;
    throw new StalledError("SecretMissing", message);
  };
  if (app) {
    const ref = app.privateKeySecretRef;
    const privateKey = await read(ref, `--from-file=${ref.key}=APP.private-key.pem`);
    if (!isPrivateKey(privateKey)) throw malformed(ref, "a private key in PEM, as GitHub gives it out");
    return { is: "App", appId: app.appId, installationId: app.installationId, privateKey };
  }
  if (!tokenSecretRef)
    throw new StalledError("CredentialMissing", "spec.credentials names neither a tokenSecretRef nor an app");
  const token = await read(tokenSecretRef, `--from-literal=${tokenSecretRef.key}=TOKEN`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw malformed(tokenSecretRef, "a token, which is one word");
  return { is: "Token", token };
}

const malformed = (ref: SecretRef, wanted: string): StalledError =>
  new StalledError("SecretMalformed", `key ${JSON.stringify(ref.key)} of Secret ${ref.name} does not hold ${wanted}`);

function isPrivateKey(value: string): boolean {
  try {
    return createPrivateKey(value).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
