import { Octokit } from "@octokit/rest";
import type { Dispatcher } from "undici";
import type { Capabilities, Forge, Pulls, Quota, RepositoryFacts, Role, Slug } from "../reconcilers/forge-port.ts";
import type { Releases } from "../reconcilers/forge-release-port.ts";
import type { Remote } from "../reconcilers/git-port.ts";
import type { Clock } from "../reconcilers/ports.ts";
import { Account, type Identity } from "./account.ts";
import { ApiClient } from "./api-client.ts";
import { Archives } from "./archive.ts";
import { capabilitiesOf } from "./capability.ts";
import { Checks } from "./checks.ts";
import { Conversations } from "./conversation.ts";
import { appCredential, type Credential, tokenCredential } from "./credential.ts";
import { GraphQL } from "./graphql.ts";
import { hostAddress } from "./host-address.ts";
import { MergeQueues } from "./merge-queues.ts";
import { Places } from "./places.ts";
import { GitHubPulls } from "./pulls.ts";
import { type Fetch, Rehearsal } from "./rehearsal.ts";
import { GitHubReleases } from "./releases.ts";
import type { Gate } from "./request-gate.ts";
import { roleOf } from "./role.ts";

export type { Identity } from "./account.ts";

export interface GitHubOptions {
  /** Root of the API. */
  readonly url: string;
  readonly identity: Identity;
  /** The gate of the credential, which other namespaces may share. */
  readonly gate: Gate;
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
  const { api, web, uploads } = hostAddress(url);
  const client = new ApiClient({
    root: api,
    uploads,
    gate,
    tenant: owner.namespace,
    credential: () => credential,
    clock,
    random,
    dispatcher,
  });
  const octokitOver = (fetch: Fetch): Octokit =>
    new Octokit({ baseUrl: api, userAgent: "millrace", log, request: { fetch } });
  const octokit = octokitOver(client.fetch);
  const credential: Credential =
    identity.is === "Token"
      ? tokenCredential(identity.token)
      : appCredential({ ...identity, request: octokit.request });
  const archives = new Archives({ web, credential, dispatcher });
  const account = new Account(octokit, identity);
  const places = new Places(octokit.rest);
  const queues = new MergeQueues(new GraphQL(octokit));
  const checks = new Checks(octokit.rest, clock, queues);
  const shared = { account, archives, credential, places, queues, checks, gate, web, uploads, owner, clock };
  const over = (octokit: Octokit): Forge =>
    new GitHub({
      ...shared,
      octokit,
      rehearse: () => {
        const rehearsal = new Rehearsal({ api, web, uploads, fetch: client.fetch });
        return { forge: over(octokitOver(rehearsal.fetch)), calls: () => rehearsal.calls };
      },
    });
  return over(octokit);
}

interface GitHubParts extends Pick<GitHubOptions, "gate" | "owner" | "clock"> {
  readonly octokit: Octokit;
  readonly account: Account;
  readonly archives: Archives;
  readonly credential: Credential;
  readonly places: Places;
  readonly queues: MergeQueues;
  readonly checks: Checks;
  readonly web: string;
  readonly uploads: string;
  readonly rehearse: Forge["rehearse"];
}

class GitHub implements Forge {
  readonly pulls: Pulls;
  readonly releases: Releases;
  readonly rehearse: Forge["rehearse"];
  readonly #parts: GitHubParts;

  constructor(parts: GitHubParts) {
    const { octokit, account, places, queues, checks, uploads } = parts;
    const { rest } = octokit;
    const conversations = new Conversations({ rest, login: (signal) => account.login(signal) });
    this.#parts = parts;
    this.rehearse = parts.rehearse;
    this.pulls = new GitHubPulls({ rest, graphql: new GraphQL(octokit), checks, places, queues, conversations });
    this.releases = new GitHubReleases({ rest, places, uploads });
  }

  get capabilities(): Capabilities {
    return capabilitiesOf(this.#parts.account.startsChecks);
  }

  async identity(signal: AbortSignal): Promise<{ readonly login: string }> {
    return { login: await this.#parts.account.check(signal) };
  }

  quota(): { readonly quota: Quota | undefined; readonly throttledUntil: Date | undefined } {
    const { gate, clock } = this.#parts;
    return { quota: gate.governor.quota, throttledUntil: gate.governor.throttledUntil(clock.now().getTime()) };
  }

  content(): ReturnType<Forge["content"]> {
    return this.#parts.gate.content();
  }

  repository(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined> {
    return this.#parts.places.facts(at, signal);
  }

  role(at: Slug, login: string, signal: AbortSignal): Promise<Role> {
    const { octokit, places } = this.#parts;
    return roleOf(octokit.rest, places.now(at), login, signal);
  }

  remote(at: Slug): Remote {
    const { web, owner, credential } = this.#parts;
    const url = `${web}/${encodeURIComponent(at.owner)}/${encodeURIComponent(at.name)}.git`;
    const id = `${owner.namespace}/${owner.name}/${new URL(web).host}/${at.owner}/${at.name}`;
    return { id, url, credential: (signal) => credential.git(signal) };
  }

  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string> {
    return this.#parts.archives.sha256(this.#parts.places.now(at), sha, signal);
  }
}
