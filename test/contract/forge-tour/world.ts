import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { type RunningForge, startForge } from "../../../src/embedded/forge/server.ts";
import { operationOf, validateResponse, validateWebhook } from "../github-openapi.ts";

/** A forge with a repository and a pull request, callers that hold every answer against GitHub's description. */
export interface TourWorld {
  readonly forge: RunningForge;
  /** Owns `acme` and administers its repositories. */
  readonly owner: Octokit;
  /** May write. */
  readonly reviewer: Octokit;
  /** An app, by its JWT. */
  readonly app: Octokit;
  readonly installationId: number;
  readonly repo: { readonly owner: string; readonly repo: string };
  /** Head of `main` as it was made. */
  readonly sha: string;
  /** Where hooks of a tour can be sent. */
  readonly receiver: string;
  /** An Octokit with another token, held to the description, too. */
  octokit(auth: string): Octokit;
  /** `METHOD /path/{template}` of everything that was called. */
  readonly called: ReadonlySet<string>;
  /** What GitHub's description says against answers and webhooks so far. */
  readonly problems: readonly string[];
  /** Webhooks that came in, as `event` or `event.action`. */
  readonly heard: ReadonlySet<string>;
  close(): Promise<void>;
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Starts one; everything of it is gone after `close`. */
export async function startWorld(): Promise<TourWorld> {
  const folder = mkdtempSync(join(tmpdir(), "forge-tour-"));
  const errors: unknown[] = [];
  const forge = await startForge({
    dataDir: folder,
    clock: { now: () => new Date() },
    onError: (error) => errors.push(error),
  });
  const called = new Set<string>();
  const heard = new Set<string>();
  const problems: string[] = [];
  const listener = await listen(heard, problems);
  const octokit = (auth: string): Octokit =>
    new Octokit({ auth, baseUrl: forge.api, log: quiet, request: { fetch: recording(called, problems) } });
  forge.createOrganization("acme", { owner: "admin", reviewer: "write" });
  forge.createUser({ login: "bystander" });
  const files = { "README.md": "# apis\n", "src/a.txt": "one\ntwo\nthree\n" };
  const { sha } = await forge.createRepository({ owner: "acme", name: "apis", files, actor: "owner" });
  const owner = octokit(forge.createToken("owner"));
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const app = forge.createApp({ slug: "mill", owner: "acme", publicKey: pem });
  const installation = forge.installApp({ appId: app.id, account: "acme" });
  return {
    forge,
    owner,
    reviewer: octokit(forge.createToken("reviewer")),
    app: octokit(jwtFor(app.id, privateKey)),
    installationId: installation.id,
    repo: { owner: "acme", repo: "apis" },
    sha: sha!,
    receiver: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`,
    octokit,
    called,
    heard,
    get problems() {
      return [...problems, ...errors.map((error) => `inside: ${(error as Error).stack ?? String(error)}`)];
    },
    close: async () => {
      await forge.close();
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

function jwtFor(appId: number, key: ReturnType<typeof generateKeyPairSync>["privateKey"] | object): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 30, exp: seconds + 500, iss: appId })}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key as Parameters<typeof sign>[2]).toString("base64url")}`;
}

/** A fetch that follows no redirect, holds each answer against the description, and notes what was called. */
function recording(called: Set<string>, problems: string[]): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    const { pathname } = new URL(String(input));
    const method = init?.method ?? "GET";
    const operation = operationOf(method, pathname);
    called.add(`${method} ${operation?.template ?? pathname}`);
    const text = Buffer.from(await response.clone().arrayBuffer()).toString("utf8");
    const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
    if (text !== "" && !isJson) return response;
    const headers = Object.fromEntries(response.headers.entries());
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const found = validateResponse({ method, path: pathname, status: response.status, headers, body });
    problems.push(...found.map((each) => `${method} ${pathname} ${response.status}: ${each}`));
    return response;
  };
}

async function listen(heard: Set<string>, problems: string[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const payload = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly action?: string };
    const event = String(request.headers["x-github-event"]);
    const name = payload.action === undefined ? event : `${event}.${payload.action}`;
    heard.add(name);
    problems.push(...validateWebhook(event, payload).map((each) => `webhook ${name}: ${each}`));
    response.writeHead(200).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Waits for something that happens soon, such as a delivery. */
export async function until<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it did not happen within 10 s: ${what}`);
}

/** The status of a call that is meant to fail. */
export async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call;
  } catch (error) {
    return (error as { readonly status: number }).status;
  }
  throw new Error("the call did not fail");
}
