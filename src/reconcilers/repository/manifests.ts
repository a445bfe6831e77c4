import { posix } from "node:path";
import { Repository } from "../../schema/repository.ts";
import { textOf } from "../change/text.ts";
import type { Git, Remote } from "../git-port.ts";
import { readManifests, type Said } from "../manifest/read.ts";
import type { Lookup } from "../ports.ts";
import { Askers } from "./askers.ts";
import { othersOf } from "./behind.ts";
import { Fresh } from "./fresh.ts";
import { nodeAt } from "./node.ts";

type Manifests = NonNullable<NonNullable<Repository["status"]>["manifests"]>;

/** Most of each that status has room for. */
const most = 300;

/** What is known of one namespace. */
interface Space {
  /** By name of the repository; without what nobody provides. */
  readonly said: Map<string, { readonly by: string; readonly said: Said }>;
  readonly askers: Askers;
  readonly providers: Fresh<Repository, Provided, ReadonlyMap<string, string>>;
}

/**
 * What the manifests of repositories say, kept for as long as their head stays, as far as somebody provides it. It saves reads, and
 * tells who asks for a name that somebody begins to provide; after a restart it is found out again.
 */
export class ManifestReader {
  readonly #lookup: Lookup;
  readonly #spaces = new Map<string, Space>();

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
    const space = this.#in(namespace);
    const directories = directoriesOf(repository);
    const by = JSON.stringify([at.sha, directories, repository.spec.sources]);
    let said = space.said.get(name);
    if (said?.by !== by || this.#isOther(repository, said.said)) {
      said = { by, said: this.#kept(repository, await readManifests(filesAt(at, signal), directories)) };
      space.said.set(name, said);
    }
    const others = othersOf(space.askers.keysOf(name));
    const found = resolved(repository, said.said, this.#providers(namespace));
    if (found.provides.length + found.requires.length === 0 && others === undefined) return undefined;
    return { ...found, ...(others !== undefined && { others }) };
  }

  /** Whether somebody began or ceased to provide something since. */
  #isOther(repository: Repository, said: Said): boolean {
    const { namespace, name } = repository.metadata;
    const providers = this.#providers(namespace);
    const find = finder(repository, said, providers);
    const { askers } = this.#in(namespace);
    return askers.keysOf(name).some((key) => providers.has(key)) || said.requires.some(({ key }) => !find(key));
  }

  /** Repositories of which it is known that they require a name that this one provides, and nobody did. */
  wanting({ metadata, status }: Repository): readonly string[] {
    const names = status?.manifests?.provides.map((each) => each.name) ?? [];
    return this.#in(metadata.namespace).askers.of(names);
  }

  /** What somebody provides; who asks for the rest is written down. */
  #kept(repository: Repository, said: Said): Said {
    const { namespace, name } = repository.metadata;
    const find = finder(repository, said, this.#providers(namespace));
    const open = said.requires.filter(({ key }) => find(key) === undefined).map(({ key }) => key);
    this.#in(namespace).askers.set(name, open);
    return { provides: said.provides, requires: said.requires.filter(({ key }) => find(key) !== undefined) };
  }

  /** Who provides what, by the statuses of all; of several the first by name. */
  #providers(namespace: string): ReadonlyMap<string, string> {
    const space = this.#in(namespace);
    const repositories = this.#lookup.list(Repository, namespace);
    // Repositories that are gone are forgotten, now and then.
    if (space.said.size > 2 * repositories.length + 100) {
      const names = new Set(repositories.map(({ metadata }) => metadata.name));
      for (const name of space.said.keys()) {
        if (names.has(name)) continue;
        space.said.delete(name);
        space.askers.set(name, []);
      }
    }
    return space.providers.of(repositories);
  }

  #in(namespace: string): Space {
    const known = this.#spaces.get(namespace) ?? {
      said: new Map(),
      askers: new Askers(),
      providers: new Fresh(providedBy, isSame, (all: readonly Provided[]) => new Map(all.flat().reverse())),
    };
    this.#spaces.set(namespace, known);
    return known;
  }
}

/** The node that provides a name: what a source follows, one of the repository's own, or another. */
function finder(repository: Repository, { provides }: Said, others: ReadonlyMap<string, string>) {
  const own = new Map(provides.map(({ key, path }) => [key, nodeAt(repository, path)]));
  const sources = new Map(repository.spec.sources.map((each) => [`source:${each.name}`, each.repositoryRef.name]));
  return (key: string): string | undefined => sources.get(key) ?? own.get(key) ?? others.get(key);
}

function resolved(repository: Repository, said: Said, others: ReadonlyMap<string, string>): Manifests {
  const find = finder(repository, said, others);
  const found = said.requires.flatMap(({ key, name, path, range }) => {
    const node = find(key);
    if (node === undefined || node === nodeAt(repository, path) || name.length > 300 || path.length > 1024) return [];
    return [{ node, name, path, range: range.slice(0, 200) }];
  });
  const unique = [...new Map(found.map((each) => [`${each.node} ${each.name} ${each.path}`, each])).values()];
  const names = said.provides.map(({ key, path }) => ({ name: key, path })).filter((each) => each.name.length <= 300);
  return { provides: names.slice(0, most), requires: unique.slice(0, most) };
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
