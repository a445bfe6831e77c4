import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Change, Entry } from "./entry.ts";
import { appendDurably, replayFile, syncFolder } from "./journal-file.ts";
import { lineOf, putLine, Replay, snapshotLine } from "./journal-line.ts";
import type { Journal, Restored } from "./store.ts";

/** All objects as they were at a revision; undefined when that cannot be told any more. */
export type Everything = (revision: number) => readonly StoredObject[] | undefined;

export interface StoredObject {
  readonly resource: string;
  readonly entry: Entry;
}

interface FileJournalOptions {
  readonly folder: string;
  /** A log of so many bytes is replaced by a snapshot, if it is also twice as large as the last snapshot was. */
  readonly compactBytes: number;
}

/** Numbers in names are revisions, padded so that names sort like them. */
const nameOf = (kind: "snapshot" | "log", revision: number): string =>
  `${kind}-${String(revision).padStart(16, "0")}.jsonl`;
const revisionIn = (name: string): number => Number(/-(\d{16})\.jsonl$/.exec(name)?.[1]);

/**
 * A write-ahead log of JSON lines in a folder, replaced now and then by a snapshot of everything.
 * `snapshot-N` holds all objects at revision N, `log-N` the changes after it.
 */
export class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly restored: Restored;
  #log: FileHandle;
  #logBytes = 0;
  #snapshotBytes = 0;
  #everything: Everything | undefined;
  #compaction: Promise<void> | undefined;
  #closed = false;

  private constructor(options: FileJournalOptions, restored: Restored, log: FileHandle) {
    this.#options = options;
    this.restored = restored;
    this.#log = log;
  }

  /** Opens a folder, which is made when it is absent. Rejects when a file in it is damaged. */
  static async open(options: FileJournalOptions): Promise<FileJournal> {
    const { folder } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).sort();
    const replay = new Replay();
    const snapshot = names.filter((name) => /^snapshot-\d{16}\.jsonl$/.test(name)).at(-1);
    const from = snapshot ? revisionIn(snapshot) : 0;
    if (snapshot) await replayFile(join(folder, snapshot), replay, { whole: true });
    const logs = names.filter((name) => /^log-\d{16}\.jsonl$/.test(name) && revisionIn(name) >= from);
    for (const [at, log] of logs.entries()) {
      await replayFile(join(folder, log), replay, { whole: at < logs.length - 1 });
    }
    // A server that never wrote starts at 1: 0 means "any version" to clients.
    const revision = Math.max(replay.revision, 1);
    const log = await open(join(folder, nameOf("log", revision)), "a", 0o600);
    await syncFolder(folder);
    const journal = new FileJournal(options, { revision, entries: replay.entries() }, log);
    for (const each of logs) journal.#logBytes += (await stat(join(folder, each))).size;
    if (snapshot) journal.#snapshotBytes = (await stat(join(folder, snapshot))).size;
    await journal.#drop(names.filter((name) => name !== snapshot && !logs.includes(name)));
    return journal;
  }

  /** From now on, logs that grow long are replaced by a snapshot of what this gives. */
  compactFrom(everything: Everything): void {
    this.#everything = everything;
  }

  async append(changes: readonly Change[]): Promise<void> {
    let text = "";
    for (const change of changes) text += lineOf(change);
    await appendDurably(this.#log, text);
    this.#logBytes += text.length;
    const due = this.#logBytes > Math.max(this.#options.compactBytes, 2 * this.#snapshotBytes);
    if (!due || this.#closed || this.#compaction !== undefined) return;
    const revision = changes.at(-1)!.entry.revision;
    const objects = this.#everything?.(revision);
    if (objects) await this.#rotate(revision, objects);
  }

  /** Starts a new log, and writes the snapshot that it follows beside the other work. */
  async #rotate(revision: number, objects: readonly StoredObject[]): Promise<void> {
    const { folder } = this.#options;
    const log = await open(join(folder, nameOf("log", revision)), "a", 0o600);
    await syncFolder(folder);
    await this.#log.close();
    this.#log = log;
    this.#logBytes = 0;
    this.#compaction = this.#snapshot(revision, objects).finally(() => {
      this.#compaction = undefined;
    });
    // A snapshot that fails leaves the logs that it would have replaced, and is tried again with the next one.
    this.#compaction.catch(() => undefined);
  }

  async #snapshot(revision: number, objects: readonly StoredObject[]): Promise<void> {
    const { folder } = this.#options;
    const name = nameOf("snapshot", revision);
    const file = await open(join(folder, `${name}.part`), "w", 0o600);
    try {
      let bytes = 0;
      let text = snapshotLine(revision);
      for (const { resource, entry } of objects) {
        text += putLine(resource, entry);
        if (text.length < 1 << 20) continue;
        await file.appendFile(text);
        bytes += text.length;
        text = "";
      }
      await appendDurably(file, text);
      this.#snapshotBytes = bytes + text.length;
    } finally {
      await file.close();
    }
    await rename(join(folder, `${name}.part`), join(folder, name));
    await syncFolder(folder);
    await this.#drop((await readdir(folder)).filter((each) => each !== name && revisionIn(each) < revision));
  }

  async #drop(names: readonly string[]): Promise<void> {
    const ours = names.filter((name) => /^(?:log|snapshot)-\d{16}\.jsonl(?:\.part)?$/.test(name));
    for (const name of ours) await rm(join(this.#options.folder, name), { force: true });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#compaction?.catch(() => undefined);
    await this.#log.close();
  }
}
