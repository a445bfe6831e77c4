import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { accountOf, type Caller, demand, identify, somebody } from "../access.ts";
import { type Forge, findRepository } from "../forge.ts";
import { type Repository, repositories } from "../store/record.ts";
import type { Answer } from "./answer.ts";
import { parseFields, readBody } from "./body.ts";
import type { Call, RepositoryCall } from "./call.ts";
import { notFound, Problem } from "./problem.ts";
import type { Match, Router } from "./router.ts";
import { send } from "./write.ts";

/** A request below one of the forge's addresses: `path` is what follows the mount, not decoded. */
export interface Mounted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly path: string;
}

/** Serves routes in the manner of GitHub's REST API: who, how often, what, and every error as JSON. */
export async function serveApi(forge: Forge, router: Router, mounted: Mounted): Promise<void> {
  const { request, response } = mounted;
  let caller: Caller | undefined;
  let answer: Answer;
  let leave: () => void = () => undefined;
  try {
    caller = identify(forge.store, forge.clock, request.headers, forge.schemes);
    const body = once(() => readBody(request));
    leave = await admit(forge, mounted, caller, body);
    answer = await answerOf(forge, router, { ...mounted, body }, caller);
  } catch (error) {
    answer = failure(forge, error, `${request.method} ${mounted.url.pathname}`);
  }
  // An unread body would stay in front of the connection's next request.
  request.resume();
  const credential = caller?.credential ?? "";
  const sent = await send(request, response, answer, headersOf(forge, credential)).finally(leave);
  if (sent === "notModified" && caller) forge.quota.refund(credential);
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** A request whose body is read once, whoever asks for it. */
interface Readable extends Mounted {
  readonly body: () => Promise<Buffer>;
}

/** Where the forge is strict: throws what refuses the request, or gives what to call when it is answered. */
async function admit(
  { strict, quota }: Forge,
  { request: { method = "GET" }, path }: Mounted,
  caller: Caller | undefined,
  body: () => Promise<Buffer>,
): Promise<() => void> {
  if (!strict || path.startsWith("/rate_limit")) return () => undefined;
  const isMutation = path.endsWith("/graphql") && /"query"\s*:\s*"(\\n|\s)*mutation\b/.test(String(await body()));
  const ask = { method, path, isMutation };
  const leave = strict.enter(accountOf(caller), ask);
  const { remaining, reset } = quota.state(caller?.credential ?? "");
  if (remaining === 0) strict.exhausted(accountOf(caller), ask, new Date(reset * 1_000));
  return leave;
}

async function answerOf(forge: Forge, router: Router, mounted: Readable, caller: Caller | undefined): Promise<Answer> {
  const path = expandId(forge, mounted.path);
  const match = router.match(mounted.request.method ?? "GET", path);
  if (!match?.route.path.startsWith("/rate_limit")) forge.quota.spend(caller?.credential ?? "");
  if (!match) throw notFound();
  if (match.route.signedIn) somebody(caller);
  const call = callOf(forge, mounted, match, caller);
  return match.route.needs ? match.route.handle(onRepository(call, match)) : match.route.handle(call);
}

function callOf(forge: Forge, { request, url, body: bytes }: Readable, match: Match, caller: Caller | undefined): Call {
  return {
    forge,
    request,
    method: request.method ?? "GET",
    url: forge.url + url.pathname + url.search,
    params: match.params,
    query: url.searchParams,
    caller,
    accepts: (request.headers.accept ?? "").split(",").map((type) => type.split(";")[0]!.trim().toLowerCase()),
    bytes,
    fields: async (resource) => parseFields(resource, await bytes()),
  };
}

function onRepository(call: Call, match: Match): RepositoryCall {
  const { owner = "", repo = "" } = match.params;
  const found = findRepository(call.forge.store, owner, repo.replace(/\.git$/, ""));
  if (!found) throw notFound();
  const { repository, renamed } = found;
  const needs = match.route.needs ?? "read";
  demand(call.forge.store, call.caller, repository, renamed ? "read" : needs);
  if (renamed) throw moved(call, repository);
  if (needs !== "read" && repository.archived && !isUnarchiving(match)) {
    throw new Problem(403, "Repository was archived so is read-only.");
  }
  return { ...call, repository };
}

const isUnarchiving = (match: Match): boolean =>
  match.route.path === "/repos/{owner}/{repo}" && match.route.method !== "GET";

/** GitHub leads old names to the repository's number, by 301 for reads and 307 for what has a body. */
function moved(call: Call, repository: Repository): Problem {
  const { forge } = call;
  const { pathname, search } = new URL(call.url);
  const [, rest = ""] = /^(?:\/api\/(?:v3|uploads)\/repos)?\/[^/]+\/[^/]+(.*)$/.exec(pathname) ?? [];
  const target = pathname.startsWith("/api/")
    ? `${forge.api}/repositories/${repository.id}`
    : `${forge.url}/${repository.owner}/${repository.name}`;
  const url = target + rest + search;
  const reads = call.method === "GET" || call.method === "HEAD";
  return new Problem(reads ? 301 : 307, reads ? "Moved Permanently" : "Temporary Redirect", {
    headers: { location: url },
    extra: { url },
  });
}

/** `/repositories/7/pulls` is another way to say `/repos/owner/name/pulls`. */
function expandId(forge: Forge, path: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  const repository = id === undefined ? undefined : forge.store.get(repositories, "", id);
  return repository ? `/repos/${repository.owner}/${repository.name}${rest}` : path;
}

/** The answer that stands for an error: a Problem's own, or 500 for what nobody foresaw. */
export function failure(forge: Forge, error: unknown, where: string): Answer {
  if (error instanceof Problem) {
    return { status: error.status, json: error.body, headers: error.headers };
  }
  forge.onError(error, where);
  return { status: 500, json: { message: "Server Error", documentation_url: "https://docs.github.com/rest" } };
}

function headersOf(forge: Forge, credential: string): Record<string, string> {
  const { limit, remaining, used, reset } = forge.quota.state(credential);
  return {
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": "2022-11-28",
    "x-github-request-id": randomUUID().toUpperCase(),
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": "core",
    date: forge.clock.now().toUTCString(),
    vary: "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With",
    "x-content-type-options": "nosniff",
  };
}
