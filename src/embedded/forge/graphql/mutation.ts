import { permissionOf } from "../access.ts";
import { Problem } from "../http/problem.ts";
import { disableWhileExclusive, enableAutoMerge } from "../pull/auto-merge.ts";
import { enqueueWhileExclusive } from "../queue/order.ts";
import { dequeue } from "../queue/run.ts";
import type { Arguments, FieldOf } from "./execute.ts";
import { type PullNode, placeOf, pullOf, type Scene } from "./schema.ts";
import { GraphQLProblem } from "./token.ts";

type Input = Readonly<Record<string, unknown>>;

/** A mutation of a pull request that `idField` of its input names; its caller must be allowed to write. */
function onPull(idField: string, change: (at: PullNode, input: Input, scene: Scene) => Promise<object>) {
  return async (_: unknown, { input }: Arguments, scene: Scene): Promise<object> => {
    const given = (input ?? {}) as Input;
    const at = pullOf(scene, given[idField]);
    const permission = permissionOf(scene.forge.store, scene.caller, at.repository);
    if (permission !== "write" && permission !== "admin")
      throw new GraphQLProblem(`${scene.caller.user.login} does not have the correct permissions`, {
        type: "FORBIDDEN",
      });
    try {
      return { ...(await change(at, given, scene)), clientMutationId: given["clientMutationId"] };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw new GraphQLProblem(error.message, { type: error.status === 404 ? "NOT_FOUND" : "UNPROCESSABLE" });
    }
  };
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const methods = { MERGE: "merge", SQUASH: "squash", REBASE: "rebase" } as const;

const enable = onPull("pullRequestId", async ({ repository, pull }, input, { forge, caller }) => {
  const method = methods[(text(input["mergeMethod"]) ?? "MERGE") as keyof typeof methods];
  if (!method)
    throw new GraphQLProblem(`Argument 'mergeMethod' has an invalid value (${String(input["mergeMethod"])}).`);
  const armed = await enableAutoMerge(forge, repository, caller, {
    ...{ number: pull.number, method, head: text(input["expectedHeadOid"]) ?? undefined },
    ...{ title: text(input["commitHeadline"]), message: text(input["commitBody"]) },
  });
  return { pullRequest: { __typename: "PullRequest", repository, pull: armed } };
});

const disable = onPull("pullRequestId", async ({ repository, pull: { number } }, _, { forge, caller }) => {
  const change = { number, actor: caller.user.login, reason: "Auto-merge was disabled" };
  const bare = forge.git.at(repository.directory);
  const pull = await bare.exclusive(() => disableWhileExclusive(forge, repository, change));
  return { pullRequest: { __typename: "PullRequest", repository, pull } };
});

const enqueue = onPull("pullRequestId", async (at, input, { forge, caller }) => {
  const wish = { number: at.pull.number, head: text(input["expectedHeadOid"]) ?? undefined };
  const bare = forge.git.at(at.repository.directory);
  await bare.exclusive(() => enqueueWhileExclusive(forge, at.repository, caller, wish));
  return { mergeQueueEntry: placeOf(forge, at) };
});

const leave = onPull("id", async (at, _, { forge }) => {
  const entry = placeOf(forge, at);
  await dequeue(forge, at.repository, at.pull.number);
  return { mergeQueueEntry: entry };
});

/** What changes the merge of a pull request: GitHub has it in GraphQL alone. */
export const mutations: Readonly<Record<string, FieldOf<Scene>>> = {
  enablePullRequestAutoMerge: { gives: "PullRequestPayload", takes: ["input"], find: enable },
  disablePullRequestAutoMerge: { gives: "PullRequestPayload", takes: ["input"], find: disable },
  enqueuePullRequest: { gives: "QueuePayload", takes: ["input"], find: enqueue },
  dequeuePullRequest: { gives: "QueuePayload", takes: ["input"], find: leave },
};

const clientMutationId: FieldOf<Scene> = {
  find: (source) => (source as { readonly clientMutationId?: unknown }).clientMutationId,
};

/** What mutations answer with. */
export const payloads: Readonly<Record<string, Readonly<Record<string, FieldOf<Scene>>>>> = {
  PullRequestPayload: {
    clientMutationId,
    pullRequest: { gives: "PullRequest", find: (source) => (source as { readonly pullRequest: unknown }).pullRequest },
  },
  QueuePayload: {
    clientMutationId,
    mergeQueueEntry: {
      gives: "MergeQueueEntry",
      find: (source) => (source as { readonly mergeQueueEntry: unknown }).mergeQueueEntry,
    },
  },
};
