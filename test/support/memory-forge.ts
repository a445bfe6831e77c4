import { createHash } from "node:crypto";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type {
  Check,
  Forge,
  Forges,
  MergeResult,
  ProposalText,
  PullRequest,
  Pulls,
  Quota,
  RepositoryFacts,
  Slug,
} from "../../src/reconcilers/forge-port.ts";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import type { MergeMethod } from "../../src/schema/merge-rule.ts";
import { isAncestor, type MemoryHost, type MemoryPull, type MemoryRepository } from "./memory-host.ts";
import { mergedFiles, mergePull } from "./memory-merge.ts";

const slugOf = ({ owner, name }: Slug): string => `${owner}/${name}`;
const urlOf = (repository: MemoryRepository): string => `https://forge.example/${slugOf(repository.slug)}`;

/** A Forge over the memory host. Held to the same contract as the real adapter. */
export class MemoryForge implements Forge {
  readonly #host: MemoryHost;
  readonly pulls: Pulls;
  /** Who the credential is. */
  login = "millrace[bot]";
  /** What `quota()` says. */
  quotaNow: { quota: Quota | undefined; throttledUntil: Date | undefined } = {
    quota: undefined,
    throttledUntil: undefined,
  };

  constructor(host: MemoryHost) {
    this.#host = host;
    this.pulls = new MemoryPulls(host);
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
      const { defaultBranch, archived, slug, canPush } = found;
      return { url: urlOf(found), defaultBranch, archived, slug, canPush: canPush && !archived };
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
}

/** Gives the same forge for every Forge object. */
export const memoryForges = (forge: Forge): Forges => ({ of: async () => forge });

function known(host: MemoryHost, at: Slug): MemoryRepository {
  const repository = host.find(at);
  if (!repository) throw new ForgeError("absent", `there is no repository ${slugOf(at)}, or it is hidden from us`);
  return repository;
}

function writable(host: MemoryHost, at: Slug): MemoryRepository {
  const repository = known(host, at);
  if (repository.archived) throw new ForgeError("denied", `${slugOf(at)} is archived, so it cannot be written`);
  return repository;
}

class MemoryPulls implements Pulls {
  readonly #host: MemoryHost;

  constructor(host: MemoryHost) {
    this.#host = host;
  }

  find(at: Slug, branch: string, signal: AbortSignal): Promise<PullRequest | undefined> {
    return this.#host.faults.run("pulls.find", signal, () => {
      const repository = known(this.#host, at);
      const pull = repository.pulls.findLast((each) => each.head === branch);
      return pull && shown(repository, pull);
    });
  }

  get(at: Slug, number: number, signal: AbortSignal): Promise<PullRequest | undefined> {
    return this.#host.faults.run("pulls.get", signal, () => {
      const repository = known(this.#host, at);
      const pull = repository.pulls[number - 1];
      return pull && shown(repository, pull);
    });
  }

  open(
    at: Slug,
    from: { readonly branch: string; readonly base: string },
    text: ProposalText,
    signal: AbortSignal,
  ): Promise<PullRequest> {
    return this.#host.faults.run("pulls.open", signal, () => {
      const repository = writable(this.#host, at);
      const there = repository.pulls.find(
        (each) => each.state === "Open" && each.head === from.branch && each.base === from.base,
      );
      return shown(repository, there ?? openPull(this.#host, repository, from, text));
    });
  }

  revise(at: Slug, pull: PullRequest, text: ProposalText, signal: AbortSignal): Promise<PullRequest> {
    return this.#host.faults.run("pulls.revise", signal, () => {
      const { repository, pull: found } = this.#pull(at, pull.number);
      if (found.title !== text.title || found.body !== text.body) {
        Object.assign(found, { title: text.title, body: text.body });
        this.#host.record("millrace", "revise", repository, `#${found.number}`);
      }
      return shown(repository, found);
    });
  }

  checks(
    at: Slug,
    { sha, base }: { readonly sha: string; readonly base: string },
    signal: AbortSignal,
  ): Promise<readonly Check[]> {
    return this.#host.faults.run("pulls.checks", signal, () => {
      const repository = known(this.#host, at);
      const ran = repository.checks.get(sha) ?? new Map<string, Check["state"]>();
      const required = repository.required.get(base) ?? [];
      const names = [...new Set([...ran.keys(), ...required])].sort();
      return names.map((name) => ({
        name,
        state: ran.get(name) ?? "Pending",
        required: required.includes(name),
      }));
    });
  }

  merge(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<MergeResult> {
    return this.#host.faults.run("pulls.merge", signal, () => {
      const { repository, pull } = this.#pull(at, number);
      if (pull.state === "Merged") return { merged: true, sha: pull.mergeSha! };
      if (pull.headSha !== how.sha)
        return refused("Moved", "Head branch was modified. Review and try the merge again.");
      const because = whyNot(repository, pull);
      if (because) return refused("NotMergeable", because);
      const sha = mergePull(this.#host, repository, pull, how.method)!;
      this.#host.record("millrace", "merge", repository, `#${number}`);
      return { merged: true, sha };
    });
  }

  close(at: Slug, number: number, comment: string, signal: AbortSignal): Promise<void> {
    return this.#host.faults.run("pulls.close", signal, () => {
      const { repository, pull } = this.#pull(at, number);
      if (pull.state !== "Open") return;
      pull.comments.push(comment);
      pull.state = "Closed";
      this.#host.record("millrace", "comment", repository, `#${number}`);
      this.#host.record("millrace", "close", repository, `#${number}`);
    });
  }

  #pull(at: Slug, number: number): { repository: MemoryRepository; pull: MemoryPull } {
    const repository = writable(this.#host, at);
    const pull = repository.pulls[number - 1];
    if (!pull) throw new ForgeError("absent", `${slugOf(at)} has no pull request #${number}`);
    return { repository, pull };
  }
}

const refused = (because: "Moved" | "NotMergeable", message: string): MergeResult => ({
  merged: false,
  because,
  message,
});

function whyNot(repository: MemoryRepository, pull: MemoryPull): string | undefined {
  if (pull.state !== "Open" || pull.draft) return "Pull Request is not mergeable";
  if (!mergedFiles(repository, pull)) return "Pull Request has merge conflicts";
  const ran = repository.checks.get(pull.headSha);
  const missing = (repository.required.get(pull.base) ?? []).find((name) => ran?.get(name) !== "Passed");
  return missing === undefined ? undefined : `Required status check "${missing}" is expected.`;
}

function openPull(
  host: MemoryHost,
  repository: MemoryRepository,
  { branch, base }: { readonly branch: string; readonly base: string },
  { title, body }: ProposalText,
): MemoryPull {
  const [headSha, baseSha] = [repository.heads.get(branch), repository.heads.get(base)];
  const doing = `could not open a pull request from ${branch} to ${base} of ${slugOf(repository.slug)}`;
  if (!headSha || !baseSha) throw new ForgeError("rejected", `${doing}: there is no such branch`);
  if (isAncestor(repository, headSha, baseSha)) throw new ForgeError("rejected", `${doing}: no commits between them`);
  const number = repository.pulls.length + 1;
  const pull: MemoryPull = {
    number,
    head: branch,
    base,
    state: "Open",
    title,
    body,
    draft: false,
    headSha,
    mergeSha: undefined,
    comments: [],
  };
  repository.pulls.push(pull);
  host.record("millrace", "open", repository, `#${number}`);
  return pull;
}

function shown(repository: MemoryRepository, pull: MemoryPull): PullRequest {
  const { number, state, title, body, draft, base, headSha, mergeSha } = pull;
  return {
    number,
    url: `${urlOf(repository)}/pull/${number}`,
    state,
    title,
    body,
    draft,
    baseBranch: base,
    headSha,
    mergeSha,
    mergeable: state === "Open" ? mergedFiles(repository, pull) !== undefined : undefined,
  };
}
