import type { Refs } from "../reconcilers/git-port.ts";
import { digestOf, type RemoteRef } from "./advertisement.ts";
import type { Commands } from "./commands.ts";
import type { Access } from "./environment.ts";
import { MirrorError } from "./failure.ts";
import { fetchAll } from "./fetch.ts";
import { type Mirror, mirrored } from "./mirror.ts";
import type { ReaderPool } from "./reader-pool.ts";
import { readRefs } from "./ref-files.ts";

/** What the steps of a sync share. */
export interface Sync {
  readonly commands: Commands;
  readonly readers: ReaderPool;
  readonly mirror: Mirror;
  readonly access: Access;
  /** The remote, for people. */
  readonly title: string;
  readonly signal: AbortSignal;
}

/** A ref in the mirror, by its name on the remote. `commit` is what it points at in the end, if that is a commit. */
interface MirroredRef extends RemoteRef {
  readonly commit: string | undefined;
}

/** Brings the mirror in step with what the remote named. The gate must be held. */
export async function bringInStep(sync: Sync, named: readonly RemoteRef[]): Promise<Refs> {
  const { mirror } = sync;
  const before = mirror.digest === undefined ? remember(mirror, await mirroredRefs(sync)) : undefined;
  if (mirror.digest === digestOf(named)) return refsOf(named, mirror.odd);
  if (!(await moveLocally(sync, before ?? (await mirroredRefs(sync)), named))) await fetchAll(sync);
  mirror.writes += 1;
  const after = remember(mirror, await mirroredRefs(sync));
  const peeled = after.map(({ name, oid, commit }) => ({ name, oid, peeled: commit ?? oid }));
  return refsOf(peeled, mirror.odd);
}

function remember(mirror: Mirror, refs: readonly MirroredRef[]): readonly MirroredRef[] {
  mirror.digest = digestOf(refs);
  mirror.odd = new Set(refs.filter(({ commit }) => commit === undefined).map(({ name }) => name));
  return refs;
}

function refsOf(refs: readonly RemoteRef[], odd: ReadonlySet<string>): Refs {
  const [heads, tags] = [new Map<string, string>(), new Map<string, string>()];
  for (const { name, oid, peeled } of refs) {
    if (odd.has(name)) continue;
    if (name.startsWith("refs/heads/")) heads.set(name.slice("refs/heads/".length), oid);
    else tags.set(name.slice("refs/tags/".length), peeled ?? oid);
  }
  return { heads, tags };
}

/** The refs of the mirror, sorted by name. */
async function mirroredRefs({ readers, mirror }: Sync): Promise<MirroredRef[]> {
  const before = mirror.peeled;
  const there = [...(await readRefs(mirror.directory, mirrored))];
  const refs = await Promise.all(
    there.map(async ([full, oid]): Promise<MirroredRef> => {
      const name = `refs/${full.slice(mirrored.length)}`;
      // Git itself sees to it that a branch is a commit. What a tag is never changes, so it is looked up once.
      if (name.startsWith("refs/heads/")) return { name, oid, commit: oid };
      return { name, oid, commit: before.has(oid) ? before.get(oid) : await peel(readers, mirror.directory, oid) };
    }),
  );
  mirror.peeled = new Map(
    refs.filter(({ name }) => name.startsWith("refs/tags/")).map(({ oid, commit }) => [oid, commit]),
  );
  return refs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function peel(readers: ReaderPool, directory: string, from: string): Promise<string | undefined> {
  let oid = from;
  for (let depth = 0; depth < 32; depth++) {
    const object = await readers.read(directory, oid);
    if (!object && oid === from) throw new MirrorError(`the mirror lacks ${oid}, which a tag points at`);
    if (object?.type !== "tag") return object?.type === "commit" ? oid : undefined;
    oid = /^object ([0-9a-f]{40})/.exec(object.data.toString("latin1", 0, 60))?.[1] ?? "";
  }
  return undefined;
}

/** Where everything that the remote named is here already, such as after a push of ours, moving refs is all there is. */
async function moveLocally(sync: Sync, before: readonly RemoteRef[], named: readonly RemoteRef[]): Promise<boolean> {
  const { commands, readers, mirror, title, signal } = sync;
  const old = new Map(before.map(({ name, oid }) => [name, oid]));
  const changed = named.filter(({ name, oid }) => old.get(name) !== oid);
  if (changed.length > 64) return false;
  for (const { oid } of changed) if (!(await readers.read(mirror.directory, oid))) return false;
  const names = new Set(named.map(({ name }) => name));
  const gone = before.filter(({ name }) => !names.has(name)).map(({ name }) => `delete ${inMirror(name)}\n`);
  const moved = changed.map(({ name, oid }) => `update ${inMirror(name)} ${oid}\n`);
  // Deletions first: `a` may have to go before `a/b` can be.
  for (const input of [gone.join(""), moved.join("")].filter(Boolean)) {
    const args = ["update-ref", "--stdin"];
    await commands.output(mirror, { doing: `update the mirror of ${title}`, args, input, signal });
  }
  return true;
}

const inMirror = (name: string): string => `${mirrored}${name.slice("refs/".length)}`;
