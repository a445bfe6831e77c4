import { join, resolve } from "node:path";
import type { CommitFacts, Diff, Git, LogEntry, NewCommit, Picked, Refs, Remote } from "../reconcilers/git-port.ts";
import type { Log } from "../reconcilers/ports.ts";
import { isAncestor } from "./ancestry.ts";
import { archiveOf, contentsOf } from "./archive.ts";
import { type Between, diffOf } from "./diff.ts";
import { historyOf, type Range } from "./history.ts";
import { Mirrors } from "./mirrors.ts";
import { writeCommit } from "./new-commit.ts";
import { type Pick, pickCommit } from "./pick.ts";
import { type BranchUpdate, pushBranch } from "./push.ts";
import { listRefs } from "./remote-refs.ts";
import { type Revert, revertCommits } from "./revert.ts";
import { bringInStep } from "./sync.ts";
import { type NewTag, pushTag } from "./tag.ts";
import { entryMode, namesIn } from "./tree.ts";

export interface GitOptions {
  /** Folder for the mirrors: this process's alone. It may be lost at any time. */
  readonly directory: string;
  /** PATH on which `git` (2.31 or newer) is found. */
  readonly path: string;
  /** Longest that one command of git may take; five minutes by default. */
  readonly timeoutMs?: number;
  /** Allows `file://` remotes: for tests. */
  readonly allowFile?: boolean;
  /** PEM bundle of certificate authorities, for hosts that no public one vouches for. */
  readonly caFile?: string;
  readonly log: Log;
}

export interface ClosableGit extends Git {
  /** Ends all processes and connections, and resolves when nothing is under way. */
  close(): Promise<void>;
}

/** The Git port over the command line of git, with a bare mirror for each remote. Nothing of the machine's or the user's git configuration counts. */
export function createGit({
  directory,
  path,
  timeoutMs = 300_000,
  allowFile = false,
  caFile,
  log,
}: GitOptions): ClosableGit {
  const absolute = resolve(directory);
  const environment = { path, home: join(absolute, "home"), allowFile, caFile };
  return new CommandLineGit(new Mirrors({ directory: absolute, environment, timeoutMs, log }));
}

class CommandLineGit implements ClosableGit {
  readonly #mirrors: Mirrors;

  constructor(mirrors: Mirrors) {
    this.#mirrors = mirrors;
  }

  sync(remote: Remote, signal: AbortSignal): Promise<Refs> {
    return this.#mirrors.at(remote, signal, async (visit) => {
      const named = await listRefs(visit, visit.mirror, visit);
      return visit.mirror.gate.run(visit.signal, () => bringInStep(visit, named));
    });
  }

  read(remote: Remote, commit: string, path: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    return this.#mirrors.at(remote, signal, ({ objects }) => objects.file(commit, path));
  }

  async entry(remote: Remote, commit: string, path: string, signal: AbortSignal) {
    const entry = await this.#mirrors.at(remote, signal, ({ objects }) => objects.entry(commit, path));
    return entry && { mode: entryMode(entry.mode) };
  }

  async *tar(remote: Remote, commit: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { visit, contents } = await this.#mirrors.at(remote, signal, async (visit) => ({
      visit,
      contents: await contentsOf(visit, commit),
    }));
    yield* this.#mirrors.each(visit, signal, (held) => archiveOf(held, contents));
  }

  diff(remote: Remote, between: Between, signal: AbortSignal): Promise<Diff> {
    return this.#mirrors.at(remote, signal, (visit) => diffOf(visit, between));
  }

  isAncestor(remote: Remote, old: string, young: string, signal: AbortSignal): Promise<boolean> {
    return this.#mirrors.at(remote, signal, (visit) => isAncestor(visit, old, young));
  }

  pick(remote: Remote, pick: Pick, signal: AbortSignal): Promise<Picked> {
    return this.#mirrors.at(remote, signal, (visit) => pickCommit(visit, pick));
  }

  revert(remote: Remote, revert: Revert, signal: AbortSignal): Promise<Picked> {
    return this.#mirrors.at(remote, signal, (visit) => revertCommits(visit, revert));
  }

  async list(remote: Remote, commit: string, directory: string, signal: AbortSignal) {
    const tree = await this.#mirrors.at(remote, signal, ({ objects }) => objects.folder(commit, directory));
    return tree && namesIn(tree);
  }

  log(remote: Remote, range: Range, signal: AbortSignal): Promise<readonly LogEntry[]> {
    return this.#mirrors.at(remote, signal, (visit) => historyOf(visit, range));
  }

  tag(remote: Remote, tag: NewTag, signal: AbortSignal): Promise<"done" | "taken"> {
    return this.#mirrors.at(remote, signal, (visit) => pushTag(visit, tag));
  }

  describe(remote: Remote, commit: string, signal: AbortSignal): Promise<CommitFacts | undefined> {
    return this.#mirrors.at(remote, signal, ({ objects }) => objects.commit(commit));
  }

  commit(remote: Remote, commit: NewCommit, signal: AbortSignal): Promise<CommitFacts> {
    return this.#mirrors.at(remote, signal, (visit) => writeCommit(visit, commit));
  }

  push(remote: Remote, update: BranchUpdate, signal: AbortSignal): Promise<"done" | "moved"> {
    return this.#mirrors.at(remote, signal, async (visit) => {
      if (update.sha !== undefined) await visit.objects.existing(update.sha);
      const stillThere = async (ref: string) =>
        (await listRefs(visit, visit.mirror, visit)).some((each) => each.name === ref);
      return visit.mirror.gate.run(visit.signal, () => pushBranch({ ...visit, stillThere }, update));
    });
  }

  close(): Promise<void> {
    return this.#mirrors.close();
  }
}
