import { type Caller, somebody } from "../access.ts";
import type { BareRepository } from "../git/bare.ts";
import type { Commit, Signature } from "../git/object.ts";
import { resolveCommit } from "../git/revision.ts";
import type { RepositoryCall } from "../http/call.ts";
import type { Fields } from "../http/field.ts";
import { conflict, notFound, Problem } from "../http/problem.ts";
import { signatureOf } from "../seed.ts";
import { type PullRequest, pulls } from "../store/record.ts";

/** The repository on disk that a call is about. */
export const bareOf = ({ forge, repository }: RepositoryCall): BareRepository => forge.git.at(repository.directory);

/** 409 as GitHub says it of a repository without a commit. */
export function demandCommits(call: RepositoryCall): void {
  if (!bareOf(call).refs.hasBranch(call.repository.defaultBranch)) throw conflict("Git Repository is empty.");
}

/** The commit that a word in the address names; 404 (or 422 where `status` says so) where there is none. */
export async function commitNamed(bare: BareRepository, name: string, status = 404): Promise<Commit> {
  const commit = await resolveCommit(bare, name);
  if (commit) return commit;
  throw status === 404 ? notFound() : new Problem(status, `No commit found for SHA: ${name}`);
}

/** The pull request that the address numbers, or 404. */
export function pullNamed({ forge, repository, params }: RepositoryCall): PullRequest {
  const pull = forge.store.get(pulls, repository.id, params["pull_number"] ?? "");
  if (!pull) throw notFound();
  return pull;
}

/** Counts one creation of content against the secondary limit, and gives who creates it. */
export function creating({ forge, caller }: RepositoryCall): Caller {
  const who = somebody(caller);
  forge.quota.create(who.credential);
  return who;
}

/** Author or committer in a body: `{name, email, date?}`; the caller where the field is absent. */
export function signatureIn(call: RepositoryCall, input: Fields, field: string): Signature {
  const own = signatureOf(call.forge, somebody(call.caller).user);
  const given = input.optionalObject(field);
  if (!given) return own;
  const date = given.optionalText("date");
  const when = date === undefined ? own.when : Math.floor(Date.parse(date) / 1000);
  if (Number.isNaN(when))
    throw new Problem(422, `Invalid request.\n\n${JSON.stringify(date)} is not a valid date-time.`);
  return { name: given.text("name"), email: given.text("email"), when, zone: "+0000" };
}
