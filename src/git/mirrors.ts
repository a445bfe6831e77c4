import { ForgeError } from "../reconcilers/errors.ts";
import type { Remote } from "../reconcilers/git-port.ts";
import type { Log } from "../reconcilers/ports.ts";
import { accessOf, remoteTitle } from "./access.ts";
import { Commands } from "./commands.ts";
import { type Access, type EnvironmentOptions, localEnvironment } from "./environment.ts";
import { MirrorError } from "./failure.ts";
import { fetchCommit, fetchObjects } from "./fetch.ts";
import { Gate } from "./gate.ts";
import { HttpPost } from "./http-post.ts";
import { linked, linkedEach } from "./linked-signal.ts";
import { isDue, pack } from "./maintenance.ts";
import { type Mirror, putAside } from "./mirror.ts";
import { MissingObjects } from "./missing-objects.ts";
import { Objects } from "./objects.ts";
import { openMirror } from "./open-mirror.ts";
import { ReaderPool } from "./reader-pool.ts";

export interface MirrorOptions {
  readonly directory: string;
  readonly environment: EnvironmentOptions;
  readonly timeoutMs: number;
  readonly log: Log;
}

/** One mirror, in use for one call. */
export interface Visit {
  readonly commands: Commands;
  readonly readers: ReaderPool;
  readonly http: HttpPost;
  readonly timeoutMs: number;
  readonly mirror: Mirror;
  readonly access: Access;
  readonly objects: Objects;
  /** Brings these files and folders from the remote, all of them in one go. */
  readonly fetchFiles: (oids: readonly string[]) => Promise<void>;
  /** The remote, for people. */
  readonly title: string;
  readonly signal: AbortSignal;
}

type Prepared = Omit<Visit, "objects" | "fetchFiles">;

interface Entry {
  readonly mirror: Promise<Mirror>;
  readonly missing: MissingObjects;
  /** As of the last call; the credential is asked for anew at each use. */
  remote: Remote;
}

/** Processes of git at once, for all mirrors together. */
const maxProcesses = 12;

/** Keeps the mirrors: makes them, mends them, packs them now and then. */
export class Mirrors {
  readonly #options: MirrorOptions;
  readonly #shared: Pick<Visit, "commands" | "readers" | "http" | "timeoutMs">;
  readonly #closed = new AbortController();
  readonly #entries = new Map<string, Entry>();
  readonly #chores = new Set<Promise<void>>();

  constructor(options: MirrorOptions) {
    const { environment, timeoutMs } = options;
    this.#options = options;
    this.#shared = {
      commands: new Commands({ environment, timeoutMs, processes: new Gate(maxProcesses) }),
      readers: new ReaderPool(localEnvironment(environment)),
      http: new HttpPost(environment.caFile),
      timeoutMs,
    };
  }

  /** Does something with the mirror of a remote. A mirror that turns out to be broken is put aside, and made anew. */
  at<T>(remote: Remote, signal: AbortSignal, work: (visit: Visit) => Promise<T>): Promise<T> {
    return linked([signal, this.#closed.signal], (either) => this.#twice(remote, either, work));
  }

  async #twice<T>(remote: Remote, signal: AbortSignal, work: (visit: Visit) => Promise<T>): Promise<T> {
    const entry = this.#entry(remote);
    try {
      return await this.#visit(entry, signal, work);
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      await this.#replace(entry, error);
    }
    try {
      return await this.#visit(this.#entry(remote), signal, work);
    } catch (error) {
      throw error instanceof MirrorError ? new ForgeError("unavailable", error.message, { cause: error }) : error;
    }
  }

  /** Does the same piece by piece, with a mirror that `at` has given. */
  each<T>(visit: Visit, signal: AbortSignal, work: (visit: Visit) => AsyncIterable<T>): AsyncGenerator<T> {
    return linkedEach([signal, this.#closed.signal], (either) => work({ ...visit, signal: either }));
  }

  /** Ends all processes and connections, and resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed.abort(new ForgeError("unavailable", "git is shutting down"));
    this.#shared.readers.close();
    this.#shared.http.close();
    await Promise.allSettled(this.#chores);
  }

  async #visit<T>(entry: Entry, signal: AbortSignal, work: (visit: Visit) => Promise<T>): Promise<T> {
    const visit = await this.#prepare(entry, signal);
    const objects = new Objects({
      title: visit.title,
      read: (oid) => visit.readers.read(visit.mirror.directory, oid),
      fetch: (oid) => entry.missing.want(oid, signal),
      fetchCommit: (sha) => visit.mirror.gate.run(signal, () => fetchCommit(visit, sha)),
    });
    const fetchFiles = (oids: readonly string[]) => fetchTogether(visit, oids);
    const result = await work({ ...visit, objects, fetchFiles });
    this.#look(visit);
    return result;
  }

  async #prepare({ mirror: opening, remote }: Entry, signal: AbortSignal): Promise<Prepared> {
    const mirror = await opening;
    const { allowFile } = this.#options.environment;
    const access = await accessOf(remote, { allowFile, signal });
    return { ...this.#shared, mirror, access, title: remoteTitle(remote), signal };
  }

  #entry(remote: Remote): Entry {
    const there = this.#entries.get(remote.id);
    if (there) {
      there.remote = remote;
      return there;
    }
    const made: Entry = {
      mirror: openMirror(this.#options.directory, remote, this.#options.environment.home),
      missing: new MissingObjects(async (oids) => {
        await fetchTogether(await this.#prepare(made, this.#closed.signal), oids);
      }),
      remote,
    };
    this.#entries.set(remote.id, made);
    // What could not be opened is tried again by the next call.
    made.mirror.catch(() => this.#entries.delete(remote.id));
    return made;
  }

  async #replace(entry: Entry, error: MirrorError): Promise<void> {
    const { id } = entry.remote;
    const { directory, gate } = await entry.mirror;
    if (this.#entries.get(id) !== entry) return; // Somebody else did, while we failed.
    this.#entries.delete(id);
    this.#options.log.warn({ mirror: directory, reason: error.message }, "a broken mirror is put aside and made anew");
    this.#shared.readers.drop(directory);
    await gate.run(this.#closed.signal, () => putAside(directory));
  }

  #look(visit: Prepared): void {
    const { commands, mirror, access, title } = visit;
    const { signal } = this.#closed;
    const chore = (async () => {
      if (!(await isDue(mirror))) return;
      await mirror.gate.run(signal, () => pack(commands, mirror, { url: access.url, title, signal }));
    })()
      .catch((error: unknown) => {
        if (!signal.aborted)
          this.#options.log.warn({ err: error, mirror: mirror.directory }, "could not pack a mirror");
      })
      .finally(() => this.#chores.delete(chore));
    this.#chores.add(chore);
  }
}

async function fetchTogether(visit: Prepared, oids: readonly string[]): Promise<void> {
  await visit.mirror.gate.run(visit.signal, () => fetchObjects(visit, oids));
  visit.mirror.writes += 1;
}
