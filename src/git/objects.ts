import { ForgeError } from "../reconcilers/errors.ts";
import type { CommitFacts } from "../reconcilers/git-port.ts";
import { parseCommit } from "./commit-object.ts";
import { MirrorError } from "./failure.ts";
import { type GitObject, TooLarge } from "./object-reader.ts";
import { isObjectId } from "./pack.ts";
import { describeMode, emptyTree, folderMode, nameBytes, parseTree, type Tree, type TreeEntry } from "./tree.ts";
import { pathFault } from "./tree-path.ts";

/** Where objects come from. */
export interface ObjectSource {
  /** Undefined when the mirror does not have it. */
  readonly read: (oid: string) => Promise<GitObject | undefined>;
  /** Brings a file or folder from the remote. */
  readonly fetch: (oid: string) => Promise<void>;
  /** Brings a commit with all that leads to it. `absent` when the remote has none. */
  readonly fetchCommit: (oid: string) => Promise<"done" | "absent">;
  /** The remote, for people. */
  readonly title: string;
}

/** Commits, folders and files of a remote, fetched where they are not in the mirror yet. */
export class Objects {
  readonly #from: ObjectSource;

  constructor(source: ObjectSource) {
    this.#from = source;
  }

  /** Undefined when the remote has no such commit. */
  async commit(sha: string): Promise<CommitFacts | undefined> {
    if (!isObjectId(sha)) throw new ForgeError("rejected", `${JSON.stringify(sha)} is not the SHA-1 id of a commit`);
    const object = (await this.#from.read(sha)) ?? (await this.#fetchedCommit(sha));
    return object?.type === "commit" ? parseCommit(sha, object.data) : undefined;
  }

  /** Rejects with a ForgeError when the remote has no such commit. */
  async existing(sha: string): Promise<CommitFacts> {
    const commit = await this.commit(sha);
    if (!commit) throw new ForgeError("absent", `${this.#from.title} has no commit ${sha}`);
    return commit;
  }

  /** Entries of a folder. */
  async tree(oid: string): Promise<Tree> {
    if (oid === emptyTree) return new Map();
    return parseTree(await this.data(oid));
  }

  /** What is directly in a folder as of a commit, "" being the root; undefined when there is no such folder. */
  async folder(sha: string, path: string): Promise<Tree | undefined> {
    if (path === "") return this.tree((await this.existing(sha)).tree);
    const entry = await this.entry(sha, path);
    return entry?.mode === folderMode ? this.tree(entry.oid) : undefined;
  }

  /** What there is at a path as of a commit; undefined when there is nothing. */
  async entry(sha: string, path: string): Promise<TreeEntry | undefined> {
    const fault = pathFault(path);
    if (fault) throw new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: it ${fault}`);
    const steps = path.split("/").map(nameBytes);
    const name = steps.pop()!;
    let oid = (await this.existing(sha)).tree;
    for (const step of steps) {
      const entry = (await this.tree(oid)).get(step);
      if (entry?.mode !== folderMode) return undefined;
      oid = entry.oid;
    }
    return (await this.tree(oid)).get(name);
  }

  /** A file as of a commit; undefined when there is none. A symbolic link is refused: it is not the file that it names. */
  async file(sha: string, path: string): Promise<Buffer | undefined> {
    const entry = await this.entry(sha, path);
    const kind = entry && describeMode(entry.mode);
    if (kind === "a symbolic link")
      throw new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: it is a symbolic link, not a file`);
    if (!entry || kind !== "a file") return undefined;
    return this.data(entry.oid).catch((error: unknown) => {
      throw error instanceof TooLarge
        ? new ForgeError("rejected", `cannot read ${JSON.stringify(path)}: ${error.message}`)
        : error;
    });
  }

  /** The data of a file, folder or commit. */
  async data(oid: string): Promise<Buffer> {
    const there = await this.#from.read(oid);
    if (there) return there.data;
    await this.#from.fetch(oid);
    return this.#arrived(oid, await this.#from.read(oid)).data;
  }

  async #fetchedCommit(sha: string): Promise<GitObject | undefined> {
    if ((await this.#from.fetchCommit(sha)) === "absent") return undefined;
    return this.#arrived(sha, await this.#from.read(sha));
  }

  /** A remote that sends nothing believes that we have it: then the mirror has lost something. */
  #arrived(oid: string, object: GitObject | undefined): GitObject {
    if (!object) throw new MirrorError(`the mirror of ${this.#from.title} lacks ${oid}, and fetching did not help`);
    return object;
  }
}
