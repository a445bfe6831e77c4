import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Batch } from "./batch.ts";
import type { Git, GitOptions, GitProcess, GitResult } from "./command.ts";
import { Gate } from "./gate.ts";
import { type GitObject, type ObjectType, readLoose, writeLoose } from "./loose.ts";
import { type Ref, RefMoved, Refs } from "./refs.ts";

const config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n";
const transferLimit = 32;
const memoLimit = 512;
const shaPattern = /^[0-9a-f]{40}$/;

/** One bare repository on disk. */
export class BareRepository {
  readonly path: string;
  readonly refs: Refs;
  readonly #git: Git;
  readonly #batch: Batch;
  readonly #memo = new Map<string, Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(git: Git, path: string) {
    this.#git = git;
    this.path = path;
    this.refs = new Refs(path);
    this.#batch = new Batch(git, path);
  }

  /** An object by its full sha; undefined where there is none. */
  async read(sha: string): Promise<GitObject | undefined> {
    if (!shaPattern.test(sha)) return undefined;
    return readLoose(this.path, sha) ?? (await this.#batch.read(sha));
  }

  /** Writes an object and gives its name. */
  write(type: ObjectType, body: Buffer): string {
    return writeLoose(this.path, type, body);
  }

  /** Runs git to its end; throws where the exit code is not an accepted one. */
  run(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    return this.#git.run(this.path, args, options);
  }

  /** Starts git and leaves the streams to the caller. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): GitProcess {
    return this.#git.start(this.path, args, environment);
  }

  /** Deletes a ref that is at `expected`; RefMoved where it is not. */
  async deleteRef(ref: Ref): Promise<void> {
    const { code } = await this.run(["update-ref", "-d", ref.name, ref.sha], { accept: [0, 1, 128] });
    if (code !== 0) throw new RefMoved(ref.name, ref.sha, this.refs.get(ref.name) ?? null);
  }

  /** The branch that HEAD names. */
  setHead(branch: string): void {
    writeFileSync(join(this.path, "HEAD"), `ref: refs/heads/${branch}\n`);
  }

  /** Runs `work` when all work given before it is done: one writer of a repository's pull requests at a time. */
  exclusive<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(work, work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** What `compute` gave for `key`, which must name all that it depends on by sha. Failures are not kept. */
  memo<R>(key: string, compute: () => Promise<R>): Promise<R> {
    const known = this.#memo.get(key) as Promise<R> | undefined;
    if (known !== undefined) return known;
    const result = compute();
    this.#memo.set(key, result);
    result.catch(() => this.#memo.delete(key));
    const [oldest] = this.#memo.keys();
    if (this.#memo.size > memoLimit && oldest !== undefined) this.#memo.delete(oldest);
    return result;
  }

  close(): void {
    this.#batch.close();
  }
}

/** The bare repositories below one folder. */
export class BareRepositories {
  readonly #git: Git;
  readonly #folder: string;
  readonly #open = new Map<string, BareRepository>();
  readonly #capabilities = new Map<string, Promise<string>>();
  /** Fetches and pushes that git serves at a time: each is a process or two, and a pack in memory. */
  readonly transfers = new Gate(transferLimit);

  constructor(git: Git, folder: string) {
    this.#git = git;
    this.#folder = folder;
  }

  /** The repository in `directory`, which `create` made. */
  at(directory: string): BareRepository {
    let repository = this.#open.get(directory);
    if (!repository) {
      repository = new BareRepository(this.#git, join(this.#folder, directory));
      this.#open.set(directory, repository);
    }
    return repository;
  }

  /** Makes an empty bare repository without starting git. What a dead process left there is removed. */
  create(directory: string, branch: string): BareRepository {
    const path = join(this.#folder, directory);
    this.remove(directory);
    for (const folder of ["objects/pack", "refs/heads"]) {
      mkdirSync(join(path, folder), { recursive: true });
    }
    writeFileSync(join(path, "config"), config);
    const repository = this.at(directory);
    repository.setHead(branch);
    return repository;
  }

  /** What git says that it can do, asked once: `ask` is run for the first repository that needs it. */
  capabilities(service: string, ask: () => Promise<string>): Promise<string> {
    const known = this.#capabilities.get(service);
    if (known !== undefined) return known;
    const answer = ask();
    this.#capabilities.set(service, answer);
    answer.catch(() => this.#capabilities.delete(service));
    return answer;
  }

  remove(directory: string): void {
    this.#open.get(directory)?.close();
    this.#open.delete(directory);
    rmSync(join(this.#folder, directory), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    for (const repository of this.#open.values()) repository.close();
    await this.#git.close();
  }
}
