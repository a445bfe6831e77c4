import { StalledError } from "../../reconcilers/errors.ts";
import type { Capabilities, Forge, Pulls, Quota, RepositoryFacts, Role, Slug } from "../../reconcilers/forge-port.ts";
import type { Releases } from "../../reconcilers/forge-release-port.ts";
import type { Remote } from "../../reconcilers/git-port.ts";
import { ApiClient } from "../api-client.ts";
import { Archives } from "../archive.ts";
import { type Credential, tokenCredential } from "../credential.ts";
import type { GitHubOptions } from "../github.ts";
import { Account } from "./account.ts";
import { type Api, giteaApi } from "./api.ts";
import { archiveSum } from "./archive.ts";
import { BranchIndex } from "./branch-index.ts";
import { Checks } from "./checks.ts";
import { giteaCost } from "./cost.ts";
import { GiteaPulls, type Shared } from "./pulls.ts";
import { RehearsedApi } from "./rehearsal.ts";
import { GiteaReleases } from "./releases.ts";
import { Repositories } from "./repositories.ts";
import { roleOf } from "./role.ts";

/** Gitea merges by itself, once its checks succeed, and has no queues. Its Actions start for everybody's pushes. */
const capabilities: Capabilities = { autoMerge: true, mergeQueue: false, reviewers: true, startsChecks: true };

/**
 * The Forge port on Gitea's REST API, which Forgejo speaks too. `url` is the API's root, such as
 * `https://git.example.com/api/v1`. Gitea sends no ETags and knows no conditional requests, so every read is answered in
 * full: it costs no quota, since there is none.
 */
export function createGitea(options: GitHubOptions): Forge {
  const { identity, gate, owner, clock, random, dispatcher } = options;
  if (identity.is !== "Token")
    throw new StalledError("CredentialMissing", "a GitHub App is for GitHub: give a tokenSecretRef");
  const root = options.url.replace(/\/+$/, "");
  const web = root.replace(/\/api\/v1$/, "");
  const credential = tokenCredential(identity.token);
  const client = new ApiClient({
    root,
    gate,
    tenant: owner.namespace,
    credential: () => credential,
    clock,
    random,
    dispatcher,
    costOf: giteaCost,
  });
  const api = giteaApi(root, client.fetch);
  const archives = new Archives({ web, credential, dispatcher });
  const account = new Account(api, root);
  const shared = {
    repositories: new Repositories(api),
    index: new BranchIndex(api),
    checks: new Checks(api, clock),
    own: (signal: AbortSignal) => account.login(signal),
  };
  const parts = { api, archives, account, shared, credential, gate, web, owner, clock };
  return new Gitea(parts, api);
}

interface Parts extends Pick<GitHubOptions, "gate" | "owner" | "clock"> {
  readonly api: Api;
  readonly archives: Archives;
  readonly account: Account;
  readonly shared: Shared;
  readonly credential: Credential;
  readonly web: string;
}

class Gitea implements Forge {
  readonly capabilities = capabilities;
  readonly pulls: Pulls;
  readonly releases: Releases;
  readonly #parts: Parts;

  /** What is written goes by `api`, which may be a rehearsal's. */
  constructor(parts: Parts, api: Api) {
    this.#parts = parts;
    this.pulls = new GiteaPulls(api, parts.clock, parts.shared);
    this.releases = new GiteaReleases(api, parts.shared.repositories);
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
    return this.#parts.shared.repositories.facts(at, signal);
  }

  role(at: Slug, login: string, signal: AbortSignal): Promise<Role> {
    const { api, shared } = this.#parts;
    return roleOf(api, shared.repositories.now(at), login, signal);
  }

  remote(at: Slug): Remote {
    const { web, owner, credential } = this.#parts;
    const url = `${web}/${encodeURIComponent(at.owner)}/${encodeURIComponent(at.name)}.git`;
    const id = `${owner.namespace}/${owner.name}/${new URL(web).host}/${at.owner}/${at.name}`;
    return { id, url, credential: (signal) => credential.git(signal) };
  }

  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string> {
    return archiveSum(this.#parts, this.#parts.shared.repositories.now(at), sha, signal);
  }

  rehearse(): ReturnType<Forge["rehearse"]> {
    const rehearsed = new RehearsedApi(this.#parts.api);
    return { forge: new Gitea(this.#parts, rehearsed), calls: () => rehearsed.calls };
  }
}
