import { type Caller, permissionOf } from "../access.ts";
import { type Forge, logTo, nowOf } from "../forge.ts";
import { invalid } from "../http/problem.ts";
import type { PullRequest, Repository } from "../store/record.ts";
import { currentPull, demandOnlyOne } from "./create.ts";
import { factsOf, type PullFacts } from "./fact.ts";
import { writePull } from "./write.ts";

/** What a caller wants changed; absent means as it is. */
export interface PullEdit {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: "open" | "closed";
  readonly base?: string;
  readonly maintainerCanModify?: boolean;
}

const stateError = (message: string) =>
  invalid({ resource: "PullRequest", field: "state", code: "invalid", message: `state cannot be changed. ${message}` });

function reopened(forge: Forge, repository: Repository, pull: PullRequest): Partial<PullRequest> {
  const { refs } = forge.git.at(repository.directory);
  const [head, base] = [refs.get(`refs/heads/${pull.head.ref}`), refs.get(`refs/heads/${pull.base.ref}`)];
  if (pull.mergedAt !== null) throw stateError("The pull request has been merged.");
  if (head === undefined) throw stateError(`The ${pull.head.ref} branch has been deleted.`);
  if (base === undefined) throw stateError(`The ${pull.base.ref} branch has been deleted.`);
  demandOnlyOne(forge, repository, { number: pull.number, head: pull.head.ref, base: pull.base.ref });
  return {
    state: "open",
    closedAt: null,
    closedBy: null,
    head: { ...pull.head, sha: head },
    base: { ...pull.base, sha: base },
  };
}

/** Onto another base. Who may not write cannot make the forge merge into a branch that nobody agreed to. */
function rebased(
  forge: Forge,
  repository: Repository,
  pull: PullRequest,
  { base, caller }: { readonly base: string; readonly caller: Caller },
): Partial<PullRequest> {
  const sha = forge.git.at(repository.directory).refs.get(`refs/heads/${base}`);
  if (sha === undefined) throw invalid({ resource: "PullRequest", field: "base", code: "invalid" });
  demandOnlyOne(forge, repository, { number: pull.number, head: pull.head.ref, base });
  const isReader = permissionOf(forge.store, caller, repository) === "read";
  return { base: { ref: base, sha }, ...(isReader && { autoMerge: null }) };
}

function stateChange(
  forge: Forge,
  repository: Repository,
  pull: PullRequest,
  { state, actor }: { readonly state: PullEdit["state"]; readonly actor: string },
): Partial<PullRequest> {
  if (state === undefined || state === pull.state) return {};
  if (state === "open") return reopened(forge, repository, pull);
  const base = forge.git.at(repository.directory).refs.get(`refs/heads/${pull.base.ref}`) ?? pull.base.sha;
  return { state, closedAt: nowOf(forge), closedBy: actor, autoMerge: null, base: { ...pull.base, sha: base } };
}

/** What the event says that things were before. */
function changesOf(before: PullRequest, after: PullRequest): Record<string, unknown> {
  return {
    ...(before.title === after.title ? {} : { title: { from: before.title } }),
    ...(before.body === after.body ? {} : { body: { from: before.body ?? "" } }),
    ...(before.base.ref === after.base.ref
      ? {}
      : { base: { ref: { from: before.base.ref }, sha: { from: before.base.sha } } }),
  };
}

function write(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  told: { readonly before: PullRequest; readonly after: PullRequest; readonly facts: PullFacts },
): void {
  const { before, after: pull, facts } = told;
  const actor = caller.user.login;
  const actions: { readonly action: string; readonly verb: string; readonly payload?: Record<string, unknown> }[] = [];
  const changes = changesOf(before, pull);
  if (Object.keys(changes).length > 0) actions.push({ action: "edited", verb: "edit", payload: { changes } });
  if (before.autoMerge && !pull.autoMerge && pull.state === "open") {
    actions.push({
      action: "auto_merge_disabled",
      verb: "auto_merge_disabled",
      payload: { reason: "Base was changed" },
    });
  }
  if (before.state !== pull.state) {
    const open = pull.state === "open";
    actions.push({ action: open ? "reopened" : "closed", verb: open ? "reopen" : "close" });
  }
  forge.store.transact((transaction) => {
    for (const { action, verb, payload = {} } of actions) {
      writePull(transaction, forge, repository, { pull, action, actor, facts, payload });
      const [subject, sha] = [String(pull.number), pull.head.sha];
      logTo(transaction, forge, { actor, action: `pull.${verb}`, subject, repository, sha });
    }
    if (actions.length === 0 && before.maintainerCanModify !== pull.maintainerCanModify) {
      writePull(transaction, forge, repository, { pull, action: "edited", actor, facts, payload: { changes } });
    }
  });
}

/** Changes a pull request; an edit that changes nothing writes nothing. Gives it as it is then. */
export function editPull(
  forge: Forge,
  repository: Repository,
  caller: Caller,
  { number, edit }: { readonly number: number; readonly edit: PullEdit },
): Promise<PullRequest> {
  const bare = forge.git.at(repository.directory);
  return bare.exclusive(async () => {
    const before = currentPull(forge, repository, number);
    const { title = before.title, body = before.body } = edit;
    const maintainerCanModify = edit.maintainerCanModify ?? before.maintainerCanModify;
    const after: PullRequest = {
      ...before,
      title,
      body,
      maintainerCanModify,
      updatedAt: nowOf(forge),
      ...(edit.base === undefined || edit.base === before.base.ref
        ? {}
        : rebased(forge, repository, before, { base: edit.base, caller })),
      ...stateChange(forge, repository, before, { state: edit.state, actor: caller.user.login }),
    };
    const facts = await factsOf(bare, after);
    write(forge, repository, caller, { before, after, facts });
    return currentPull(forge, repository, number);
  });
}
