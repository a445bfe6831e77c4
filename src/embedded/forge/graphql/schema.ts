import { type Caller, permissionOf } from "../access.ts";
import { type Forge, findRepository } from "../forge.ts";
import { queueEntries, queueOf } from "../queue/record.ts";
import { type PullRequest, pulls, type Repository, repositories } from "../store/record.ts";
import { htmlUrl } from "../view/repository.ts";
import { nodeId } from "../view/user.ts";
import type { Schema } from "./execute.ts";
import { GraphQLProblem } from "./token.ts";

/** What everything stands on. */
export interface Scene {
  readonly forge: Forge;
  readonly caller: Caller;
}

/** A pull request as GraphQL's fields find it. */
export interface PullNode {
  readonly __typename: "PullRequest";
  readonly repository: Repository;
  readonly pull: PullRequest;
}

const node = (source: unknown): PullNode => source as PullNode;

/** The pull request of a global id, as far as the caller may see it. */
export function pullOf({ forge, caller }: Scene, id: unknown): PullNode {
  const [, number = ""] = /^\d\d:PullRequest(\d+)$/.exec(Buffer.from(String(id), "base64").toString("latin1")) ?? [];
  for (const repository of forge.store.all(repositories, "").values()) {
    if (permissionOf(forge.store, caller, repository) === "none") continue;
    for (const pull of forge.store.all(pulls, repository.id).values())
      if (String(pull.id) === number) return { __typename: "PullRequest", repository, pull };
  }
  throw new GraphQLProblem(`Could not resolve to a node with the global id of '${String(id)}'`, { type: "NOT_FOUND" });
}

function repositoryNamed({ forge, caller }: Scene, owner: unknown, name: unknown): Repository {
  const found = findRepository(forge.store, String(owner), String(name));
  if (found && permissionOf(forge.store, caller, found.repository) !== "none") return found.repository;
  const message = `Could not resolve to a Repository with the name '${String(owner)}/${String(name)}'.`;
  throw new GraphQLProblem(message, { type: "NOT_FOUND" });
}

/** The part of GitHub's schema that this forge has: what its REST API has no words for. */
export const schema: Schema<Scene> = {
  Query: {
    viewer: { gives: "User", find: (_, __, { caller }) => caller.user },
    node: { gives: "Node", takes: ["id"], find: (_, { id }, scene) => pullOf(scene, id) },
    repository: {
      gives: "Repository",
      takes: ["owner", "name"],
      find: (_, { owner, name }, scene) => repositoryNamed(scene, owner, name),
    },
  },
  Node: { id: { find: (source) => nodeId("PullRequest", node(source).pull.id) } },
  User: { login: { find: (source) => (source as { readonly login: string }).login } },
  Repository: {
    autoMergeAllowed: { find: (source) => (source as Repository).allowAutoMerge ?? false },
    pullRequest: {
      gives: "PullRequest",
      takes: ["number"],
      find: (source, { number }, { forge }) => {
        const repository = source as Repository;
        const pull = forge.store.get(pulls, repository.id, Number(number));
        if (pull) return { __typename: "PullRequest", repository, pull } satisfies PullNode;
        const message = `Could not resolve to a PullRequest with the number of ${String(number)}.`;
        throw new GraphQLProblem(message, { type: "NOT_FOUND" });
      },
    },
  },
  PullRequest: {
    id: { find: (source) => nodeId("PullRequest", node(source).pull.id) },
    number: { find: (source) => node(source).pull.number },
    title: { find: (source) => node(source).pull.title },
    url: {
      find: (source, _, { forge }) => `${htmlUrl(forge, node(source).repository)}/pull/${node(source).pull.number}`,
    },
    isDraft: { find: (source) => node(source).pull.draft },
    merged: { find: (source) => node(source).pull.mergedAt !== null },
    state: {
      find: (source) => {
        const { state, mergedAt } = node(source).pull;
        return mergedAt === null ? state.toUpperCase() : "MERGED";
      },
    },
    headRefOid: { find: (source) => node(source).pull.head.sha },
    isMergeQueueEnabled: {
      find: (source, _, { forge }) => {
        const { repository, pull } = node(source);
        return forge.rules.landing(repository, pull.base.ref).queue !== undefined;
      },
    },
    isInMergeQueue: {
      find: (source, _, { forge }) => entryOf(forge, node(source)) !== undefined,
    },
    mergeQueueEntry: { gives: "MergeQueueEntry", find: (source, _, { forge }) => placeOf(forge, node(source)) },
    autoMergeRequest: { gives: "AutoMergeRequest", find: (source) => node(source).pull.autoMerge ?? null },
  },
  AutoMergeRequest: {
    enabledAt: { find: (source) => (source as { readonly at: string }).at },
    mergeMethod: { find: (source) => (source as { readonly method: string }).method.toUpperCase() },
  },
  MergeQueueEntry: {
    id: { find: (source) => nodeId("MergeQueueEntry", (source as { readonly id: number }).id) },
    position: { find: (source) => (source as { readonly position: number }).position },
    state: { find: (source) => ((source as { readonly group: unknown }).group ? "AWAITING_CHECKS" : "QUEUED") },
  },
};

const entryOf = ({ store }: Forge, { repository, pull }: PullNode) =>
  store.get(queueEntries, repository.id, pull.number);

/** An entry with its place, from 1. */
export function placeOf(forge: Forge, at: PullNode): object | null {
  const entry = entryOf(forge, at);
  if (!entry) return null;
  const line = queueOf(forge.store, at.repository.id, entry.base);
  return { ...entry, position: line.findIndex(({ number }) => number === entry.number) + 1 };
}
