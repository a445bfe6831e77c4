import { createHash } from "node:crypto";
import type { Operation } from "../../../schema/operation.ts";
import { Repository } from "../../../schema/repository.ts";
import { bounded } from "../../bounded.ts";
import { ForgeError, findingOf } from "../../errors.ts";
import type { Forges } from "../../forge-port.ts";
import type { Git } from "../../git-port.ts";
import type { Lookup } from "../../ports.ts";
import { isStalled, slugOf, wayTo } from "../../way.ts";
import type { Unknown } from "../strategy.ts";

/** Something that is followed or watched, and where it is. */
export interface Followed {
  /** The Repository's name, or `NAME@BRANCH` where it is not its base branch. */
  readonly key: string;
  readonly name: string;
  readonly branch: string | undefined;
  readonly repository: Repository | undefined;
  readonly head: string | Unknown;
}

interface World {
  readonly lookup: Lookup;
  readonly forges: Forges;
  readonly git: Git;
}

/** What status can hold. */
const longestKey = 253;

type Source = Repository["spec"]["sources"][number];

/** What a source follows, by the key under which its head is known. */
export function keyOf({ repositoryRef: { name }, branch }: Source, followed: Repository | undefined): string {
  if (branch === undefined || branch === followed?.spec.branch) return name;
  const key = `${name}@${branch}`;
  if (key.length <= longestKey) return key;
  return `${key.slice(0, longestKey - 13)}#${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}

/** What `triggers` name: base branches. Without `triggers` and `schedule`, all that is followed. */
export function watchedBy(
  { spec: { triggers, schedule } }: Operation,
  followed: readonly Followed[],
): ReadonlySet<string> {
  if (triggers) return new Set(triggers.map(({ repositoryRef }) => repositoryRef.name));
  return new Set(schedule ? [] : followed.map(({ key }) => key));
}

/** Everything that these repositories follow and that the operation watches, each once, with its head. */
export async function followedBy(
  operation: Operation,
  repositories: readonly Repository[],
  world: World,
  signal: AbortSignal,
): Promise<readonly Followed[]> {
  const { namespace } = operation.metadata;
  const get = (name: string): Repository | undefined => world.lookup.get(Repository, { namespace, name });
  const all = new Map<string, Omit<Followed, "head">>();
  for (const { spec } of repositories) {
    for (const source of spec.sources) {
      const { name } = source.repositoryRef;
      const repository = get(name);
      const key = keyOf(source, repository);
      all.set(key, { key, name, branch: key === name ? undefined : source.branch, repository });
    }
  }
  for (const { repositoryRef } of operation.spec.triggers ?? []) {
    const { name } = repositoryRef;
    if (!all.has(name)) all.set(name, { key: name, name, branch: undefined, repository: get(name) });
  }
  return bounded([...all.values()], 8, async (each) => ({
    ...each,
    head: await headOf(each, namespace, world, signal),
  }));
}

/** A base branch's head is in the Repository's status; another branch's is asked for. */
async function headOf(
  { name, branch, repository }: Omit<Followed, "head">,
  namespace: string,
  world: World,
  signal: AbortSignal,
): Promise<string | Unknown> {
  if (!repository) {
    const message = `there is no Repository ${name} to follow: create it, or correct spec.sources`;
    return { is: "blocked", reason: "SourceUnknown", message };
  }
  if (branch !== undefined) return branchHead(branch, wayTo(world.lookup, namespace, name), world, signal);
  const head = repository.status?.head?.sha;
  if (head !== undefined) return head;
  const { reason, message } = repository.status?.conditions?.find(({ type }) => type === "Ready") ?? {
    reason: "Pending",
    message: "it was not looked at yet",
  };
  const is = isStalled(repository) ? "blocked" : "waiting";
  return {
    is,
    reason: "SourceNotReady",
    message: `follows Repository ${name}, whose head is not known: ${reason}: ${message}`,
  };
}

async function branchHead(
  branch: string,
  way: ReturnType<typeof wayTo>,
  { forges, git }: World,
  signal: AbortSignal,
): Promise<string | Unknown> {
  if (way.is === "shut") {
    const { verdict, message } = way.finding;
    return { is: verdict === "stalled" ? "blocked" : "waiting", reason: "SourceNotReady", message };
  }
  const { name } = way.repository.metadata;
  try {
    const host = await forges.of(way.forge, signal);
    const { heads } = await git.sync(host.remote(slugOf(way.repository)), signal);
    const head = heads.get(branch);
    const message = `follows branch ${branch} of Repository ${name}, and there is no such branch: push it, or correct spec.sources`;
    return head ?? { is: "blocked", reason: "SourceBranchMissing", message };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    const { verdict, message } = findingOf(error);
    return { is: verdict === "stalled" ? "blocked" : "waiting", reason: "SourceNotReady", message };
  }
}
