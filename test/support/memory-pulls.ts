import { createHash } from "node:crypto";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type {
  Check,
  Comment,
  Forge,
  MergeResult,
  ProposalText,
  PullRequest,
  Pulls,
  Slug,
} from "../../src/reconcilers/forge-port.ts";
import type { MergeMethod } from "../../src/schema/merge-rule.ts";
import { isAncestor, type MemoryHost, type MemoryPull, type MemoryRepository } from "./memory-host.ts";
import { mergedFiles, mergePull } from "./memory-merge.ts";

export const slugOf = ({ owner, name }: Slug): string => `${owner}/${name}`;
export const urlOf = (repository: MemoryRepository): string => `https://forge.example/${slugOf(repository.slug)}`;

/** Throws where there is none. */
export function known(host: MemoryHost, at: Slug): MemoryRepository {
  const repository = host.find(at);
  if (!repository) throw new ForgeError("absent", `there is no repository ${slugOf(at)}, or it is hidden from us`);
  return repository;
}

export function writable(host: MemoryHost, at: Slug): MemoryRepository {
  const repository = known(host, at);
  if (repository.archived) throw new ForgeError("denied", `${slugOf(at)} is archived, so it cannot be written`);
  return repository;
}

/** How a credential calls itself, and what it can do. */
type Credential = Pick<Forge, "capabilities"> & { readonly login: string };

/** Pull requests of the memory host. */
export class MemoryPulls implements Pulls {
  readonly #host: MemoryHost;
  readonly #me: Credential;

  constructor(host: MemoryHost, me: Credential) {
    this.#host = host;
    this.#me = me;
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
    text: ProposalText & { readonly draft?: boolean },
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
        ...(ran.has(name) ? {} : { missing: true }),
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
      if (repository.queued.has(pull.base))
        return refused("QueueRequired", "Changes must be made through the merge queue");
      if (!repository.mergeMethods.includes(how.method))
        return refused("NotMergeable", `${how.method} merges are not allowed on this repository.`);
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
      this.#host.comment(pull, { author: this.#me.login, isBot: true, body: comment, mark: undefined });
      Object.assign(pull, {
        state: "Closed",
        closed: { by: this.#me.login, at: this.#host.now() },
        handedOver: undefined,
      });
      this.#host.record("millrace", "comment", repository, `#${number}`);
      this.#host.record("millrace", "close", repository, `#${number}`);
    });
  }

  decorate(
    at: Slug,
    number: number,
    wish: Parameters<Pulls["decorate"]>[2],
    signal: AbortSignal,
  ): Promise<{ readonly unknown: readonly string[] }> {
    return this.#host.faults.run("pulls.decorate", signal, () => {
      const { repository, pull } = this.#pull(at, number);
      const unknown: string[] = [];
      for (const what of ["labels", "reviewers", "assignees"] as const) {
        for (const name of wish[what]) {
          if (repository.unknown.has(name)) unknown.push(name);
          else if (!pull[what].includes(name)) pull[what].push(name);
        }
      }
      this.#host.record("millrace", "decorate", repository, `#${number}`);
      return { unknown };
    });
  }

  comments(at: Slug, number: number, after: number, signal: AbortSignal): Promise<readonly Comment[]> {
    return this.#host.faults.run("pulls.comments", signal, () => {
      const { remarks = [] } = known(this.#host, at).pulls[number - 1] ?? {};
      const later = remarks.filter(({ id }) => id > after).slice(0, 100);
      return later.map(({ id, author, isBot, body, at: when }) => ({ id, author, isBot, body, at: when }));
    });
  }

  comment(
    at: Slug,
    number: number,
    { body, mark }: { readonly body: string; readonly mark: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#host.faults.run("pulls.comment", signal, () => {
      const { repository, pull } = this.#pull(at, number);
      if (pull.remarks.some((remark) => remark.isBot && remark.mark === mark)) return false;
      this.#host.comment(pull, { author: this.#me.login, isBot: true, body, mark });
      this.#host.record("millrace", "comment", repository, `#${number}`);
      return true;
    });
  }

  approvals(
    at: Slug,
    number: number,
    signal: AbortSignal,
  ): Promise<readonly { readonly by: string; readonly sha: string }[]> {
    return this.#host.faults.run("pulls.approvals", signal, () => {
      const { reviews } = known(this.#host, at).pulls[number - 1] ?? { reviews: new Map() };
      return [...reviews].flatMap(([by, { says, sha }]) => (says === "Yes" ? [{ by, sha }] : []));
    });
  }

  closedBy(
    at: Slug,
    number: number,
    signal: AbortSignal,
  ): Promise<{ readonly by: string; readonly at: Date } | undefined> {
    return this.#host.faults.run("pulls.closedBy", signal, () => known(this.#host, at).pulls[number - 1]?.closed);
  }

  handOver(
    at: Slug,
    number: number,
    how: { readonly sha: string; readonly method: MergeMethod },
    signal: AbortSignal,
  ): Promise<{ readonly handed: true } | { readonly handed: false; readonly message: string }> {
    return this.#host.faults.run("pulls.handOver", signal, () => {
      const { repository, pull } = this.#pull(at, number);
      if (pull.handedOver?.sha === how.sha) return { handed: true };
      const why = this.#keeps(repository, pull, how.sha);
      if (why) return { handed: false, message: why };
      pull.handedOver = how;
      this.#host.record("millrace", "enqueue", repository, `#${number}`);
      return { handed: true };
    });
  }

  /** Why the host does not take the merge, as GitHub says it. */
  #keeps(repository: MemoryRepository, pull: MemoryPull, sha: string): string | undefined {
    if (pull.state !== "Open") return "Pull request is closed";
    if (pull.headSha !== sha) return "Head sha didn't match";
    if (repository.queued.has(pull.base)) return undefined;
    return whyNot(repository, pull) === undefined ? "Pull request is in clean status" : undefined;
  }

  #pull(at: Slug, number: number): { repository: MemoryRepository; pull: MemoryPull } {
    const repository = writable(this.#host, at);
    const pull = repository.pulls[number - 1];
    if (!pull) throw new ForgeError("absent", `${slugOf(at)} has no pull request #${number}`);
    return { repository, pull };
  }
}

const refused = (because: Extract<MergeResult, { merged: false }>["because"], message: string): MergeResult => ({
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
  { title, body, draft = false }: ProposalText & { readonly draft?: boolean },
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
    draft,
    headSha,
    mergeSha: undefined,
    openedAt: host.now(),
    handedOver: undefined,
    closed: undefined,
    labels: [],
    reviewers: [],
    assignees: [],
    remarks: [],
    reviews: new Map(),
    get comments() {
      return this.remarks.map((remark) => remark.body);
    },
  };
  repository.pulls.push(pull);
  host.record("millrace", "open", repository, `#${number}`);
  return pull;
}

function shown(repository: MemoryRepository, pull: MemoryPull): PullRequest {
  const { number, state, title, body, draft, base, headSha, mergeSha, openedAt, remarks, labels } = pull;
  const handedOver = pull.handedOver !== undefined;
  const mergeable = state === "Open" ? mergedFiles(repository, pull) !== undefined : undefined;
  const all = [state, title, body, draft, base, headSha, handedOver, remarks.length, labels, mergeable];
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
    handedOver,
    openedAt,
    mark: createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16),
    mergeable,
  };
}
