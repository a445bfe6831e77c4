import type { Git, NewCommit, Remote } from "../../src/reconcilers/git-port.ts";
import type { Call } from "./faults.ts";
import type { DiskRepository } from "./git-disk.ts";
import { MemoryGit } from "./memory-git.ts";
import type { MemoryHost, MemoryRepository } from "./memory-host.ts";

type Update = Parameters<Git["push"]>[1];

export interface OnDisk {
  readonly git: Git;
  readonly host: MemoryHost;
  readonly memory: MemoryRepository;
  readonly disk: DiskRepository;
  /** Where the repository is served. */
  readonly url: string;
  /** People who are quicker, right before a push and in the middle of it. */
  readonly race: () => void;
  /** `ignored`: pushes whatever is there. For showing that it matters. */
  readonly lease?: "held" | "ignored";
}

/** The real Git port on a real repository that goes with one of the memory host, with the host's faults around it. */
export class GitOnDisk extends MemoryGit {
  readonly #on: OnDisk;
  /** How often the disk with the mirrors was lost. */
  #lives = 0;

  constructor(on: OnDisk) {
    super(on.host);
    this.#on = on;
  }

  override forget(): void {
    this.#lives += 1;
  }

  override sync(_: Remote, signal: AbortSignal) {
    return this.#through("git.sync", signal, (git, at) => git.sync(at, signal));
  }

  override read(_: Remote, commit: string, path: string, signal: AbortSignal) {
    return this.#through("git.read", signal, (git, at) => git.read(at, commit, path, signal));
  }

  override entry(_: Remote, commit: string, path: string, signal: AbortSignal) {
    return this.#through("git.entry", signal, (git, at) => git.entry(at, commit, path, signal));
  }

  override diff(_: Remote, between: Parameters<Git["diff"]>[1], signal: AbortSignal) {
    return this.#through("git.diff", signal, (git, at) => git.diff(at, between, signal));
  }

  override isAncestor(_: Remote, old: string, young: string, signal: AbortSignal) {
    return this.#through("git.isAncestor", signal, (git, at) => git.isAncestor(at, old, young, signal));
  }

  override pick(_: Remote, pick: Parameters<Git["pick"]>[1], signal: AbortSignal) {
    return this.#through("git.pick", signal, (git, at) => git.pick(at, pick, signal));
  }

  override revert(_: Remote, revert: Parameters<Git["revert"]>[1], signal: AbortSignal) {
    return this.#through("git.revert", signal, (git, at) => git.revert(at, revert, signal));
  }

  override list(_: Remote, commit: string, directory: string, signal: AbortSignal) {
    return this.#through("git.list", signal, (git, at) => git.list(at, commit, directory, signal));
  }

  override log(_: Remote, range: Parameters<Git["log"]>[1], signal: AbortSignal) {
    return this.#through("git.log", signal, (git, at) => git.log(at, range, signal));
  }

  override tag(_: Remote, tag: Parameters<Git["tag"]>[1], signal: AbortSignal) {
    return this.#through("git.tag", signal, async (git, at) => {
      this.#on.race();
      const result = await git.tag(at, tag, signal);
      this.#tagged(tag.name);
      return result;
    });
  }

  override describe(_: Remote, commit: string, signal: AbortSignal) {
    return this.#through("git.describe", signal, (git, at) => git.describe(at, commit, signal));
  }

  override commit(_: Remote, commit: NewCommit, signal: AbortSignal) {
    return this.#through("git.commit", signal, (git, at) => git.commit(at, commit, signal));
  }

  override push(_: Remote, update: Update, signal: AbortSignal) {
    return this.#through("git.push", signal, async (git, at) => {
      this.#on.race();
      const result = await git.push(at, await this.#leased(git, at, update, signal), signal);
      this.#heard(update.branch);
      return result;
    });
  }

  async #leased(git: Git, at: Remote, update: Update, signal: AbortSignal): Promise<Update> {
    if (this.#on.lease !== "ignored") return update;
    return { ...update, expect: (await git.sync(at, signal)).heads.get(update.branch) };
  }

  /** What the push made of the branch, if anything, is told to the memory host. */
  #heard(branch: string): void {
    const { host, memory, disk } = this.#on;
    const sha = disk.heads().get(branch);
    if (sha === memory.heads.get(branch)) return;
    if (sha !== undefined) disk.read(sha);
    host.move(memory, branch, sha);
    host.record("millrace", sha === undefined ? "delete" : "push", memory, branch);
  }

  /** A tag that is new on the disk is told to the memory host. */
  #tagged(name: string): void {
    const { host, memory, disk } = this.#on;
    const sha = disk.tags().get(name);
    if (sha === undefined || memory.tags.has(name)) return;
    disk.read(sha);
    memory.tags.set(name, sha);
    host.record("millrace", "tag", memory, name);
  }

  /** A call that may fail before it has an effect, and after. */
  async #through<T>(call: Call, signal: AbortSignal, work: (git: Git, at: Remote) => Promise<T>): Promise<T> {
    const { git, host, url } = this.#on;
    await host.faults.run(call, signal, () => undefined);
    const result = await work(git, { id: `${url} ${this.#lives}`, url, credential: async () => undefined });
    await host.faults.run(call, signal, () => undefined);
    return result;
  }
}
