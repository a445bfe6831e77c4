import { Octokit } from "@octokit/rest";
import type { Dispatcher } from "undici";
import type { Forge, Pulls, Quota, RepositoryFacts, Slug } from "../reconcilers/forge-port.ts";
import type { Remote } from "../reconcilers/git-port.ts";
import type { Clock } from "../reconcilers/ports.ts";
import { ApiClient } from "./api-client.ts";
import { Archives } from "./archive.ts";
import { call, type Rest } from "./call.ts";
import { Checks } from "./checks.ts";
import { appCredential, type Credential, tokenCredential } from "./credential.ts";
import { hostAddress } from "./host-address.ts";
import { Places } from "./places.ts";
import { GitHubPulls } from "./pulls.ts";
import type { RequestGate } from "./request-gate.ts";

/** Who we shall be: the values of secrets. */
export type Identity =
  | { readonly is: "Token"; readonly token: string }
  | { readonly is: "App"; readonly appId: number; readonly installationId: number; readonly privateKey: string };

export interface GitHubOptions {
  /** Root of the API. */
  readonly url: string;
  readonly identity: Identity;
  /** The gate of the credential, which other namespaces may share. */
  readonly gate: RequestGate;
  /** `NAMESPACE/NAME` of the Forge object. Its mirrors are its own: another credential may not see as much. */
  readonly owner: { readonly namespace: string; readonly name: string };
  readonly clock: Clock;
  /** From 0 to 1, like `Math.random`. */
  readonly random: () => number;
  readonly dispatcher: Dispatcher;
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The Forge port on GitHub's REST API: github.com, Enterprise, and what speaks the same. */
export function createGitHub(options: GitHubOptions): Forge {
  const { url, identity, gate, owner, clock, random, dispatcher } = options;
  const { api, web } = hostAddress(url);
  const client = new ApiClient({
    root: api,
    gate,
    tenant: owner.namespace,
    credential: () => credential,
    clock,
    random,
    dispatcher,
  });
  const octokit = new Octokit({ baseUrl: api, userAgent: "millrace", log, request: { fetch: client.fetch } });
  const credential: Credential =
    identity.is === "Token"
      ? tokenCredential(identity.token)
      : appCredential({ ...identity, request: octokit.request });
  const archives = new Archives({ web, credential, dispatcher });
  return new GitHub({ rest: octokit.rest, credential, archives, gate, web, owner, clock });
}

interface GitHubParts extends Pick<GitHubOptions, "gate" | "owner" | "clock"> {
  readonly rest: Rest;
  readonly credential: Credential;
  readonly archives: Archives;
  readonly web: string;
}

class GitHub implements Forge {
  readonly pulls: Pulls;
  readonly #parts: GitHubParts;
  readonly #places: Places;

  constructor(parts: GitHubParts) {
    const { rest, clock } = parts;
    this.#parts = parts;
    this.#places = new Places(rest);
    this.pulls = new GitHubPulls({ rest, checks: new Checks(rest, clock), places: this.#places });
  }

  identity(signal: AbortSignal): Promise<{ readonly login: string }> {
    const { rest, credential } = this.#parts;
    return call("check the credential", signal, async () => {
      if (!credential.isApp) return { login: (await rest.users.getAuthenticated({ request: { signal } })).data.login };
      const { data } = await rest.apps.getAuthenticated({ request: { signal } });
      return { login: `${data?.slug ?? "app"}[bot]` };
    });
  }

  quota(): { readonly quota: Quota | undefined; readonly throttledUntil: Date | undefined } {
    const { gate, clock } = this.#parts;
    return { quota: gate.governor.quota, throttledUntil: gate.governor.throttledUntil(clock.now().getTime()) };
  }

  repository(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined> {
    return this.#places.facts(at, signal);
  }

  remote(at: Slug): Remote {
    const { web, owner, credential } = this.#parts;
    const url = `${web}/${encodeURIComponent(at.owner)}/${encodeURIComponent(at.name)}.git`;
    const id = `${owner.namespace}/${owner.name}/${new URL(web).host}/${at.owner}/${at.name}`;
    return { id, url, credential: (signal) => credential.git(signal) };
  }

  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string> {
    return this.#parts.archives.sha256(this.#places.now(at), sha, signal);
  }
}
