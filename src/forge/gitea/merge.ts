import { ForgeError } from "../../reconcilers/errors.ts";
import type { MergeResult } from "../../reconcilers/forge-port.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import type { MergeMethod } from "../../schema/merge-rule.ts";
import { title } from "../call.ts";
import { type Outcome, repoPath } from "./api.ts";
import type { Checks } from "./checks.ts";
import type { GiteaPull } from "./pull-request.ts";
import type { PullAt, Reader } from "./reader.ts";
import { noCommit } from "./rehearsal.ts";

export interface How {
  readonly sha: string;
  readonly method: MergeMethod;
}

export type HandOver = { readonly handed: true } | { readonly handed: false; readonly message: string };

type Attempt = Outcome<unknown> | { readonly is: "failed"; readonly error: ForgeError };

const styles = { Merge: "merge", Squash: "squash", Rebase: "rebase" } as const satisfies Record<MergeMethod, string>;

/**
 * After a push Gitea has to find out whether the two sides fit, and refuses until it has. So long it is waited for, and
 * whoever asks again a little later has had patience enough.
 */
const pausesMs = [250, 500, 1_000, 2_000, 4_000];

/** Merges on Gitea, by us or by Gitea itself. */
export class Merges {
  readonly #reader: Reader;
  readonly #checks: Checks;
  readonly #clock: Pick<Clock, "sleep">;

  constructor(reader: Reader, checks: Checks, clock: Pick<Clock, "sleep">) {
    this.#reader = reader;
    this.#checks = checks;
    this.#clock = clock;
  }

  /** Merges exactly this commit. What is merged already is merged, and so is what was merged while the answer got lost. */
  async merge(pull: PullAt, how: How): Promise<MergeResult> {
    let wasMergeable = false;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(pull, how);
      const now = await this.#reader.raw(pull);
      const result = resultOf(now, how.sha, outcome);
      const pauseMs = pausesMs[attempt];
      if (pauseMs !== undefined && !result.merged && isUndecided(outcome, now, wasMergeable)) {
        wasMergeable = now?.mergeable ?? false;
        await this.#clock.sleep(pauseMs, pull.signal);
        continue;
      }
      if (outcome.is === "failed" && !result.merged && now?.mergeable) throw outcome.error;
      return result;
    }
  }

  /** Gitea answers 500 to a conflict of which it has not heard yet, so what failed is not the end. */
  async #attempt(pull: PullAt, how: How): Promise<Attempt> {
    try {
      return await this.#send(pull, how, true);
    } catch (error) {
      if (!(error instanceof ForgeError) || error.code !== "unavailable") throw error;
      return { is: "failed", error };
    }
  }

  /**
   * Tells Gitea to merge it when its checks succeed. Gitea does not remember which commit that was meant for, so one that
   * has moved meanwhile is taken back. Where the branch requires nothing, Gitea would not wait even for checks that run.
   */
  async handOver(pull: PullAt, how: How): Promise<HandOver> {
    for (let attempt = 0; ; attempt++) {
      const before = await this.#reader.raw(pull);
      const known = handedBefore(before, how.sha) ?? (await this.#handedBy(pull, before));
      if (known) return known;
      const outcome = await this.#send(pull, how, false);
      const isThere = outcome.is === "done" || outcome.status === 409;
      if (isThere) return this.#confirmed(pull, how.sha);
      const pauseMs = pausesMs[attempt];
      if (pauseMs === undefined || !isUndecided(outcome, before, attempt > 0))
        return { handed: false, message: outcome.message };
      await this.#clock.sleep(pauseMs, pull.signal);
    }
  }

  /** That it has it already, or that it should not. */
  async #handedBy({ at, signal }: PullAt, open: GiteaPull | undefined): Promise<HandOver | undefined> {
    if (!open) return undefined;
    if (await this.#reader.timeline.isScheduled(at, open, signal)) return { handed: true };
    const { enabled, approvals } = await this.#checks.requiredOn(at, open.base.label, signal);
    if (enabled || approvals > 0) return undefined;
    return { handed: false, message: `${open.base.label} requires nothing, so Gitea would merge it at once` };
  }

  async #confirmed(pull: PullAt, sha: string): Promise<HandOver> {
    const after = await this.#reader.raw(pull);
    if (!after || after.merged || after.head.sha === sha) return { handed: true };
    const { at, number, signal } = pull;
    const doing = `take back the merge of pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/pulls/${number}/merge`);
    // Where it is not there any more, it was taken back by somebody else.
    await this.#reader.api.send({ doing, path, signal, method: "DELETE", pretend: () => undefined });
    return { handed: false, message: `its head is ${after.head.sha} by now` };
  }

  #send({ at, number, signal }: PullAt, { sha, method }: How, isMerge: boolean): Promise<Outcome<unknown>> {
    const doing = `merge pull request #${number} of ${title(at)}`;
    const body = { do: styles[method], head_commit_id: sha, ...(!isMerge && { merge_when_checks_succeed: true }) };
    const path = repoPath(at, `/pulls/${number}/merge`);
    const pretend = async () => {
      const now = await this.#reader.raw({ at, number, signal });
      return isMerge ? { ...now, state: "closed", merged: true, merge_commit_sha: noCommit } : now;
    };
    const shownAt = repoPath(at, `/pulls/${number}`);
    return this.#reader.api.send<unknown>({ doing, path, signal, method: "POST", body, pretend, shownAt });
  }
}

/** What becomes of what is not open, or is another commit. */
function handedBefore(pull: GiteaPull | undefined, sha: string): HandOver | undefined {
  if (pull?.merged) return { handed: true };
  if (pull?.state !== "open") return { handed: false, message: "it is closed" };
  return pull.head.sha === sha ? undefined : { handed: false, message: `its head is ${pull.head.sha} by now` };
}

/** What the forge said, seen with what is there now. */
function resultOf(now: GiteaPull | undefined, sha: string, outcome: Attempt): MergeResult {
  if (now?.merged) return { merged: true, sha: now.merge_commit_sha ?? sha };
  const said = saidBy(outcome);
  if (now?.state !== "open") return { merged: false, because: "NotMergeable", message: "it is closed" };
  if (now.head.sha !== sha) return { merged: false, because: "Moved", message: said };
  return { merged: false, because: "NotMergeable", message: said };
}

function saidBy(outcome: Attempt): string {
  if (outcome.is === "refused") return outcome.message;
  return outcome.is === "failed" ? outcome.error.message : "it is not merged although the forge says so";
}

/**
 * Whether it may only be that Gitea had not found out yet whether it can be merged. It may find out between its word and our
 * look, so the word counts when it was known to be mergeable before.
 */
function isUndecided(outcome: Attempt, now: GiteaPull | undefined, wasMergeable: boolean): boolean {
  if (now?.state !== "open" || now.draft || outcome.is === "done") return false;
  return outcome.is === "failed" || (outcome.status === 405 && !(wasMergeable && now.mergeable));
}
