import { createHash } from "node:crypto";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type {
  Capabilities,
  Forge,
  ForgeCall,
  Forges,
  Pulls,
  Quota,
  RepositoryFacts,
  Role,
  Slug,
} from "../../src/reconcilers/forge-port.ts";
import type { Releases } from "../../src/reconcilers/forge-release-port.ts";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import type { MemoryHost } from "./memory-host.ts";
import { known, MemoryPulls, slugOf, urlOf } from "./memory-pulls.ts";
import { rehearsed } from "./memory-rehearsal.ts";
import { MemoryReleases } from "./memory-releases.ts";

/** A Forge over the memory host. Held to the same contract as the real adapter. */
export class MemoryForge implements Forge {
  readonly #host: MemoryHost;
  readonly pulls: Pulls;
  readonly releases: Releases;
  /** Who the credential is. */
  login = "millrace[bot]";
  capabilities: Capabilities = { autoMerge: true, mergeQueue: true, reviewers: true, startsChecks: undefined };
  /** What `quota()` says. */
  quotaNow: { quota: Quota | undefined; throttledUntil: Date | undefined } = {
    quota: undefined,
    throttledUntil: undefined,
  };

  constructor(host: MemoryHost) {
    this.#host = host;
    this.pulls = new MemoryPulls(host, this);
    this.releases = new MemoryReleases(host);
  }

  identity(signal: AbortSignal): Promise<{ readonly login: string }> {
    return this.#host.faults.run("forge.identity", signal, () => ({ login: this.login }));
  }

  quota(): { readonly quota: Quota | undefined; readonly throttledUntil: Date | undefined } {
    return this.quotaNow;
  }

  repository(at: Slug, signal: AbortSignal): Promise<RepositoryFacts | undefined> {
    return this.#host.faults.run("forge.repository", signal, () => {
      const found = this.#host.find(at);
      if (!found) return undefined;
      const { defaultBranch, archived, slug, canPush, mergeMethods } = found;
      return { url: urlOf(found), defaultBranch, archived, slug, canPush: canPush && !archived, mergeMethods };
    });
  }

  remote(at: Slug): Remote {
    const url = `memory://host/${slugOf(at)}`;
    return { id: url, url, credential: async () => ({ username: "x-access-token", password: "secret" }) };
  }

  archiveSha256(at: Slug, sha: string, signal: AbortSignal): Promise<string> {
    return this.#host.faults.run("forge.archiveSha256", signal, () => {
      const commit = known(this.#host, at).commits.get(sha);
      if (!commit) throw new ForgeError("absent", `${slugOf(at)} has no commit ${sha}`);
      return createHash("sha256")
        .update(`${slugOf(at)} ${commit.tree}`)
        .digest("hex");
    });
  }

  role(at: Slug, login: string, signal: AbortSignal): Promise<Role> {
    return this.#host.faults.run("forge.role", signal, () => known(this.#host, at).roles.get(login) ?? "Read");
  }

  content(): { readonly hour: number; readonly waiting: number } {
    return { hour: 0, waiting: 0 };
  }

  rehearse(): { readonly forge: Forge; readonly calls: () => readonly ForgeCall[] } {
    return rehearsed(this);
  }
}

/** Gives the same forge for every Forge object. */
export const memoryForges = (forge: Forge): Forges => ({ of: async () => forge });
