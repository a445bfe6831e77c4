import { createHash } from "node:crypto";
import type { Repository } from "../../schema/repository.ts";

/** Characters of a digest: among millions of pairs no two meet by chance. */
const length = 8;
/** Most digests that status has room for. */
const most = 600;

/** Digests of names that nobody provides, as `status.manifests.others` has them; undefined where there are none. */
export const othersOf = (keys: readonly string[]): string | undefined =>
  keys.length === 0 ? undefined : [...keys].sort().slice(0, most).map(digestOf).join("");

const digestOf = (key: string): string => createHash("sha256").update(key).digest("base64url").slice(0, length);

/**
 * Which of these repositories require something that a Repository of the namespace provides by now, and do not say so yet: their edges
 * are found out in their next turn, which they have at once. What is left alone does not count.
 */
export function behind(repositories: readonly Repository[], among: ReadonlySet<string>): readonly string[] {
  const provided = new Set(repositories.flatMap(digestsOf));
  return repositories
    .filter(({ metadata, spec, status }) => {
      if (!among.has(metadata.name) || spec.suspend || spec.manifests === "Ignore") return false;
      const others = status?.manifests?.others ?? "";
      for (let at = 0; at < others.length; at += length) if (provided.has(others.slice(at, at + length))) return true;
      return false;
    })
    .map(({ metadata }) => metadata.name);
}

const known = new WeakMap<Repository, readonly string[]>();

function digestsOf(repository: Repository): readonly string[] {
  const found =
    known.get(repository) ?? (repository.status?.manifests?.provides ?? []).map(({ name }) => digestOf(name));
  known.set(repository, found);
  return found;
}
