import { somebody } from "../access.ts";
import { type Answer, ok } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import { Problem } from "../http/problem.ts";
import { type Route, signedIn } from "../http/router.ts";
import { parseDocument } from "./document.ts";
import { execute, type Result } from "./execute.ts";
import { mutations, payloads } from "./mutation.ts";
import { type Scene, schema } from "./schema.ts";
import { GraphQLProblem } from "./token.ts";

const whole = { ...schema, Mutation: mutations, ...payloads };

/** Everything below `/api`: GitHub's own hosts have it at `/graphql`, others beside the REST API's root. */
export const graphqlRoutes: readonly Route[] = [
  signedIn("POST", "/graphql", async (call): Promise<Answer> => {
    const { caller, forge } = call;
    const { query, variables } = await requestIn(call);
    const scene: Scene = { forge, caller: somebody(caller) };
    const answer = ok(await resultOf(query, { scene, variables }));
    return { ...answer, headers: { "x-ratelimit-resource": "graphql" } };
  }),
];

async function requestIn(call: Call) {
  let said: unknown;
  try {
    said = JSON.parse((await call.bytes()).toString("utf8"));
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
  const { query, variables } = (said ?? {}) as { readonly query?: unknown; readonly variables?: unknown };
  if (typeof query !== "string") throw new Problem(400, "A query attribute must be specified and must be a string.");
  const isObject = typeof variables === "object" && variables !== null;
  return { query, variables: (isObject ? variables : {}) as Readonly<Record<string, unknown>> };
}

async function resultOf(
  query: string,
  given: { readonly scene: Scene; readonly variables: Readonly<Record<string, unknown>> },
): Promise<Result> {
  try {
    return await execute(parseDocument(query), { schema: whole, ...given });
  } catch (error) {
    if (!(error instanceof GraphQLProblem)) throw error;
    return { errors: [{ ...error.details, message: error.message }] };
  }
}
