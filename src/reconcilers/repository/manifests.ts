import { posix } from "node:path";
import { Repository } from "../../schema/repository.ts";
import { textOf } from "../change/text.ts";
import type { Git, Remote } from "../git-port.ts";
import { readManifests, type Said } from "../manifest/read.ts";
import type { Lookup } from "../ports.ts";
import { Fresh } from "./fresh.ts";
import { nodeAt } from "./node.ts";

type Manifests = NonNullable<NonNullable<Repository["status"]>["manifests"]>;

/** Most of each that status has room for. */
const most = 300;

/**
 * What the manifests of repositories say, kept for as long as their head stays. It saves reads, and tells who asks for a name that
 * somebody begins to provide; after a restart it is found out again.
 */
export class ManifestReader {
  readonly #lookup: Lookup;
  /** By namespace and name. */
  readonly #said = new Map<string, Map<string, { readonly by: string; readonly said: Said }>>();
  readonly #providers = new Map<string, Fresh<Repository, Provided, ReadonlyMap<string, string>>>();

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** What the manifests at a commit say, as far as it matters to others; undefined where they say nothing. */
  async of(
    repository: Repository,
    at: { readonly git: Git; readonly remote: Remote; readonly sha: string },
    signal: AbortSignal,
  ): Promise<Manifests | undefined> {
    const { namespace, name } = repository.metadata;
    const directories = directoriesOf(repository);
    const by = JSON.stringify([at.sha, directories]);
    let known = this.#in(namespace).get(name);
    if (known?.by !== by) {
      known = { by, said: await readManifests(filesAt(at, signal), directories) };
      this.#in(namespace).set(name, known);
    }
    return this.#resolved(repository, known.said);
  }

  /** Repositories of which it is known that they require one of the names that this one provides. */
  wanting({ metadata, status }: Repository): readonly string[] {
    const names = new Set(status?.manifests?.provides.map((each) => each.name));
    if (names.size === 0) return [];
    return [...this.#in(metadata.namespace)].flatMap(([name, { said }]) =>
      said.requires.some(({ key }) => names.has(key)) ? [name] : [],
    );
  }

  #in(namespace: string) {
    const known = this.#said.get(namespace) ?? new Map<string, { readonly by: string; readonly said: Said }>();
    this.#said.set(namespace, known);
    return known;
  }

  #resolved(repository: Repository, { provides, requires }: Said): Manifests | undefined {
    const own = new Map(provides.map(({ key, path }) => [key, nodeAt(repository, path)]));
    const others = this.#index(repository.metadata.namespace);
    const sources = new Map(repository.spec.sources.map((each) => [`source:${each.name}`, each.repositoryRef.name]));
    const found = requires.flatMap(({ key, name, path, range }) => {
      const node = sources.get(key) ?? own.get(key) ?? others.get(key);
      if (node === undefined || node === nodeAt(repository, path) || name.length > 300 || path.length > 1024) return [];
      return [{ node, name, path, range: range.slice(0, 200) }];
    });
    const unique = [...new Map(found.map((each) => [`${each.node} ${each.name} ${each.path}`, each])).values()];
    const names = provides.map(({ key, path }) => ({ name: key, path })).filter((each) => each.name.length <= 300);
    if (names.length + unique.length === 0) return undefined;
    return { provides: names.slice(0, most), requires: unique.slice(0, most) };
  }

  /** Who provides what, by the statuses of all; of several the first by name. */
  #index(namespace: string): ReadonlyMap<string, string> {
    const known =
      this.#providers.get(namespace) ?? new Fresh(providedBy, isSame, (all) => new Map(all.flat().reverse()));
    this.#providers.set(namespace, known);
    const repositories = this.#lookup.list(Repository, namespace);
    this.#forget(namespace, repositories);
    return known.of(repositories);
  }

  /** Repositories that are gone are forgotten, now and then. */
  #forget(namespace: string, repositories: readonly Repository[]): void {
    const said = this.#in(namespace);
    if (said.size < 2 * repositories.length + 100) return;
    const names = new Set(repositories.map(({ metadata }) => metadata.name));
    for (const name of said.keys()) if (!names.has(name)) said.delete(name);
  }
}

type Provided = readonly (readonly [key: string, node: string])[];

const providedBy = (repository: Repository): Provided =>
  (repository.status?.manifests?.provides ?? []).map(({ name, path }) => [name, nodeAt(repository, path)]);

const isSame = (a: Provided, b: Provided): boolean =>
  a.length === b.length && a.every(([key, node], at) => key === b[at]![0] && node === b[at]![1]);

/** The root, libraries, and wherever an edge names a manifest. */
const directoriesOf = ({ spec }: Repository): readonly string[] => [
  "",
  ...spec.release.libraries.map(({ path }) => path),
  ...[...spec.dependsOn, ...spec.release.libraries.flatMap(({ dependsOn }) => dependsOn)].flatMap(({ path }) =>
    path === undefined ? [] : [posix.dirname(path)],
  ),
];

const filesAt = (
  { git, remote, sha }: { readonly git: Git; readonly remote: Remote; readonly sha: string },
  signal: AbortSignal,
) => ({
  read: async (path: string): Promise<string | undefined> => {
    const entry = await git.entry(remote, sha, path, signal);
    if (entry?.mode !== "File" && entry?.mode !== "Executable") return undefined;
    const content = await git.read(remote, sha, path, signal);
    return content && textOf(content);
  },
  list: (directory: string) => git.list(remote, sha, directory, signal),
});
