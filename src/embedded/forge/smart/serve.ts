import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Caller, identify, permissionOf } from "../access.ts";
import { type Forge, findRepository } from "../forge.ts";
import type { Mounted } from "../http/api.ts";
import { Problem } from "../http/problem.ts";
import type { Repository } from "../store/record.ts";
import { advertise } from "./advertise.ts";
import { receivePack } from "./receive.ts";
import { uploadPack } from "./upload.ts";

export type Service = "git-upload-pack" | "git-receive-pack";

/** One request of git's smart HTTP protocol. */
export interface Visit {
  readonly forge: Forge;
  readonly repository: Repository;
  readonly caller: Caller | undefined;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** GIT_PROTOCOL for git, where the client asked for a version that git knows. */
  readonly environment: Readonly<Record<string, string>>;
}

const address = /^\/(?<owner>[^/]+)\/(?<name>[^/]+?)(?:\.git)?\/(?<what>info\/refs|git-upload-pack|git-receive-pack)$/;

/** Serves a request of a git client; false where the path is none of git's. */
export async function serveGit(forge: Forge, mounted: Mounted): Promise<boolean> {
  const { owner, name, what } = address.exec(mounted.path)?.groups ?? {};
  if (!owner || !name || !what) return false;
  const service = (what === "info/refs" ? mounted.url.searchParams.get("service") : what) as Service;
  try {
    if (service !== "git-upload-pack" && service !== "git-receive-pack") {
      throw new Problem(403, "Please upgrade your git client: this forge speaks the smart protocol only.");
    }
    const visit = admit(forge, mounted, service, { owner: decoded(owner), name: decoded(name) });
    if (what === "info/refs") await advertise(visit, service);
    else if (service === "git-upload-pack") await uploadPack(visit);
    else await forge.git.transfers.pass(() => receivePack(visit));
  } catch (error) {
    refuse(forge, mounted, error);
  }
  return true;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(404, "Repository not found."); // a malformed escape names nothing that is here
  }
}

interface Asked {
  readonly owner: string;
  readonly name: string;
}

function admit(forge: Forge, mounted: Mounted, service: Service, { owner, name }: Asked): Visit {
  const { request, response } = mounted;
  const caller = identify(forge.store, forge.clock, request.headers, forge.schemes);
  const found = findRepository(forge.store, owner, name);
  const permission = found ? permissionOf(forge.store, caller, found.repository) : "none";
  const pushes = service === "git-receive-pack";
  if (!caller && (pushes || permission === "none")) throw new Problem(401, "Authentication required");
  if (!found || permission === "none") throw new Problem(404, "Repository not found.");
  const { repository, renamed } = found;
  if (renamed) {
    const moved = mounted.url.pathname.replace(/^\/[^/]+\/[^/]+/, `/${repository.owner}/${repository.name}.git`);
    throw new Problem(301, "Moved Permanently", { headers: { location: forge.url + moved + mounted.url.search } });
  }
  if (pushes && permission === "read") {
    throw new Problem(403, `Permission to ${owner}/${name}.git denied to ${caller?.user.login}.`);
  }
  if (pushes && repository.archived) throw new Problem(403, "This repository was archived so it is read-only.");
  const version = /version=(?<number>[12])\b/.exec(String(request.headers["git-protocol"] ?? ""))?.groups?.["number"];
  const environment: Record<string, string> = version && !pushes ? { GIT_PROTOCOL: `version=${version}` } : {};
  return { forge, repository, caller, request, response, environment };
}

function refuse(forge: Forge, { request, response, path }: Mounted, error: unknown): void {
  request.resume();
  if (response.headersSent) {
    response.destroy();
    if (!request.destroyed) forge.onError(error, `${request.method} ${path}`);
    return;
  }
  const problem = error instanceof Problem ? error : new Problem(500, "The forge failed; its log says why.");
  if (problem !== error) forge.onError(error, `${request.method} ${path}`);
  response.writeHead(problem.status, {
    "content-type": "text/plain; charset=utf-8",
    ...(problem.status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {}),
    ...problem.headers,
  });
  response.end(`${problem.message}\n`);
}

/** Headers of every answer to git: nothing of it may be kept. */
export const gitHeaders = (type: string): Record<string, string> => ({
  "content-type": type,
  "cache-control": "no-cache, max-age=0, must-revalidate",
  expires: "Fri, 01 Jan 1980 00:00:00 GMT",
  pragma: "no-cache",
});

/** The body as git wrote it: clients compress the longer ones. */
export function plainBody(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"];
  if (encoding !== "gzip" && encoding !== "x-gzip") return request;
  const gunzip = createGunzip();
  request.on("error", (error) => gunzip.destroy(error));
  return request.pipe(gunzip);
}
