import type { Forge } from "../forge.ts";
import type { Commit } from "../git/object.ts";
import { resolveCommit } from "../git/revision.ts";
import { unprocessable } from "../http/problem.ts";
import type { Repository } from "../store/record.ts";

/** The commit that a path or body names by branch, tag or sha; 422 in GitHub's words where it names none. */
export async function commitNamed(forge: Forge, repository: Repository, name: string): Promise<Commit> {
  const commit = await resolveCommit(forge.git.at(repository.directory), name);
  if (!commit) throw unprocessable(`No commit found for SHA: ${name}`);
  return commit;
}

/** The first branch that is at this commit, the default branch before others. */
export function branchAt(forge: Forge, repository: Repository, sha: string): string | null {
  const names = branchesAt(forge, repository, sha);
  return names.find((name) => name === repository.defaultBranch) ?? names[0] ?? null;
}

/** Every branch that is at this commit. */
export function branchesAt(forge: Forge, repository: Repository, sha: string): readonly string[] {
  const refs = forge.git.at(repository.directory).refs.list("refs/heads/");
  return refs.filter((ref) => ref.sha === sha).map(({ name }) => name.slice("refs/heads/".length));
}
