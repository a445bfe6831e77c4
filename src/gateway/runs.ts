import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DeskRefusal, Handover, RunDesk } from "../reconcilers/job-port.ts";
import type { Log } from "../reconcilers/ports.ts";
import { type Listener, listen, send, type Where } from "./server.ts";

const path = /^\/runs\/([0-9a-f]{32})\/(source|result)$/;
const bearer = /^Bearer ([A-Za-z0-9_-]{43})$/;
const digest = /^sha-256=:([A-Za-z0-9+/]{43}=):$/;

/** A result of half a GiB on a slow network. */
const requestTimeout = 10 * 60_000;

/** What is answered to a refusal. None tells anything about a run to who has no right to it. */
const answers: Readonly<Record<DeskRefusal, readonly [status: number, message: string]>> = {
  unknown: [401, "there is no such run for this ticket"],
  used: [410, "this ticket has done its work"],
  elsewhere: [503, "another replica has to answer: try again"],
  tooLarge: [413, "the result is larger than the run may leave"],
  malformed: [400, "the body is not what its Content-Digest says"],
};

/**
 * Serves `GET /runs/{id}/source` and `POST /runs/{id}/result` to the pods of runs. Each wants its ticket as a bearer token, and
 * a result its Content-Digest. On an address of its own: it is for the cluster alone, wherever webhooks are let in.
 */
export function serveRuns(where: Where, desk: RunDesk, log: Log): Promise<Listener> {
  return listen(where, (request, response) => answer(request, response, desk), log, { requestTimeout, onDemand: true });
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: RunDesk): Promise<void> {
  // An answer that comes before the whole body leaves the connection in no state for another request.
  response.setHeader("connection", "close");
  const [, id, what] = path.exec(request.url ?? "") ?? [];
  if (id === undefined) return send(response, 404, { message: "there are /runs/ID/source and /runs/ID/result" });
  if (request.method !== (what === "source" ? "GET" : "POST"))
    return send(response, 405, { message: "GET a source, POST a result" });
  const ticket = bearer.exec(request.headers.authorization ?? "")?.[1];
  if (ticket === undefined) return refuse(response, "unknown");
  const gone = new AbortController();
  response.once("close", () => gone.abort(new Error("the connection was closed")));
  if (what === "source") return give({ id, ticket }, response, desk, gone.signal);
  return take({ id, ticket }, { request, response }, desk, gone.signal);
}

async function give(handover: Handover, response: ServerResponse, desk: RunDesk, signal: AbortSignal): Promise<void> {
  const source = await desk.source(handover, signal);
  if (source.is === "refused") return refuse(response, source.why);
  response.writeHead(200, { "content-type": "application/x-tar", "cache-control": "no-store" });
  await pipeline(Readable.from(source.body), response);
}

async function take(
  handover: Handover,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  desk: RunDesk,
  signal: AbortSignal,
): Promise<void> {
  const given = digest.exec(request.headers["content-digest"]?.toString() ?? "")?.[1];
  if (given === undefined) return refuse(response, "malformed");
  const sha256 = Buffer.from(given, "base64").toString("hex");
  const body = () => {
    if (request.headers.expect) response.writeContinue();
    return request as AsyncIterable<Uint8Array>;
  };
  const result = await desk.result({ ...handover, sha256 }, body, signal);
  if (result.is === "refused") return refuse(response, result.why);
  send(response, 200, { message: "taken" });
}

function refuse(response: ServerResponse, why: DeskRefusal): void {
  const [status, message] = answers[why];
  if (status === 503) response.setHeader("retry-after", "1");
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  send(response, status, { message });
}
