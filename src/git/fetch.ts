import { ForgeError } from "../reconcilers/errors.ts";
import { digestOf } from "./advertisement.ts";
import type { Call, Commands } from "./commands.ts";
import { type Access, remoteName } from "./environment.ts";
import { type Mirror, mirrored } from "./mirror.ts";

/** What every fetch needs. The gate of the mirror must be held. */
export interface Fetch {
  readonly commands: Commands;
  readonly mirror: Mirror;
  readonly access: Access;
  /** The remote, for people. */
  readonly title: string;
  readonly signal: AbortSignal;
}

const fetchArgs = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"];
/** Commits and folders, without the files, which are fetched when they are read. Not every server knows how. */
const filter = "--filter=blob:none";

/** All branches and tags, and away with those that are gone. */
export async function fetchAll({ commands, mirror, access, title, signal }: Fetch): Promise<void> {
  const spaces = ["heads", "tags"].map((space) => `+refs/${space}/*:${mirrored}${space}/*`);
  const isFirst = mirror.digest === digestOf([]);
  const args = [...fetchArgs, filter, "--prune", remoteName, ...spaces];
  await commands.output(mirror, { doing: `fetch ${title}`, args, access, signal });
  // One file for thousands of refs.
  const pack = { doing: `pack the mirror of ${title}`, args: ["pack-refs", "--all"], signal };
  if (isFirst) await commands.output(mirror, pack);
}

/** One commit that no branch or tag leads to, with all that leads to it. */
export async function fetchCommit(fetch: Fetch, sha: string): Promise<"done" | "absent"> {
  const { commands, mirror, access, title, signal } = fetch;
  const call: Call = {
    doing: `fetch ${sha} of ${title}`,
    args: [...fetchArgs, filter, remoteName, sha],
    access,
    signal,
  };
  const done = await commands.run(mirror, call);
  if (done.code === 0) return "done";
  if (/not our ref|couldn't find remote ref|unadvertised object|no such remote ref/i.test(done.stderr)) return "absent";
  throw commands.failed(mirror, call, done);
}

/** Files and folders by id, and nothing else. */
export async function fetchObjects(fetch: Fetch, oids: readonly string[]): Promise<void> {
  const { commands, mirror, access, title, signal } = fetch;
  const doing = `fetch ${oids.length === 1 ? `file ${oids[0]}` : `${oids.length} files`} of ${title}`;
  // Without negotiation: the question is not what leads to these objects.
  const args = ["-c", "fetch.negotiationAlgorithm=noop", ...fetchArgs, filter, "--stdin", remoteName];
  const input = `${oids.join("\n")}\n`;
  const done = await commands.run(mirror, { doing, args, access, signal, input });
  if (done.code === 0) return;
  if (/not our ref|unadvertised object/i.test(done.stderr))
    throw new ForgeError("rejected", `could not ${doing}: the host does not give them`);
  throw commands.failed(mirror, { doing, args, access, signal }, done);
}
