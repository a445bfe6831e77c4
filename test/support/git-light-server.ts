import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { flush, packet } from "../../src/git/pkt-line.ts";

const zero = "0".repeat(40);
const capabilities = "report-status delete-refs ofs-delta object-format=sha1 agent=git/light";

/**
 * Real smart HTTP for thousands of small bare repositories below one folder. Refs are read from their files and told
 * without a process; every pack is made and taken by real git (`upload-pack`, `receive-pack`), which holds the lease.
 */
export class GitLightServer {
  readonly root: string;
  readonly #server: Server;
  /** Awaited for a repository between what a push was told and its arrival: people are quicker, at times. */
  readonly beforeReceive = new Map<string, () => void>();

  private constructor(root: string, server: Server) {
    this.root = root;
    this.#server = server;
    server.on("request", (request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(root: string): Promise<GitLightServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new GitLightServer(root, server);
  }

  url(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    const match = /^\/(?<name>.+)\/(?<what>info\/refs|git-upload-pack|git-receive-pack)$/.exec(pathname)?.groups;
    const [name, what] = [match?.["name"] ?? "", match?.["what"]];
    const service = what === "info/refs" ? searchParams.get("service") : what;
    const body = await bodyOf(request);
    const kind = what === "info/refs" ? "advertisement" : "result";
    response.setHeader("Content-Type", `application/x-${service}-${kind}`);
    const directory = join(this.root, name);
    if (what === "info/refs") response.end(service === "git-receive-pack" ? advertise(directory) : versionTwo);
    else if (body.includes("command=ls-refs")) response.end(listed(directory));
    else {
      const act = service === "git-receive-pack" ? this.beforeReceive.get(name) : undefined;
      act?.();
      response.end(await run(service ?? "", directory, body));
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
}

/** All refs, by name. */
function refsOf(directory: string): [string, string][] {
  const entries = readdirSync(join(directory, "refs"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file): [string, string] => [file.slice(directory.length + 1), readFileSync(file, "latin1").trim()])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const versionTwo = [
  packet("# service=git-upload-pack\n"),
  flush,
  ...["version 2\n", "agent=git/light\n", "ls-refs=unborn\n", "fetch=shallow filter\n", "object-format=sha1\n"].map(
    packet,
  ),
  flush,
].join("");

const listed = (directory: string): string =>
  `${refsOf(directory)
    .map(([name, oid]) => packet(`${oid} ${name}\n`))
    .join("")}${flush}`;

function advertise(directory: string): string {
  const refs = refsOf(directory);
  const told = refs.length > 0 ? refs : [["capabilities^{}", zero] as const];
  const lines = told.map(([name, oid], index) => packet(`${oid} ${name}${index === 0 ? `\0${capabilities}` : ""}\n`));
  return [packet("# service=git-receive-pack\n"), flush, ...lines, flush].join("");
}

function run(service: string, directory: string, body: Buffer): Promise<Buffer> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_PROTOCOL: "version=2",
  };
  const child = spawn("git", [service.slice("git-".length), "--stateless-rpc", directory], { env });
  child.stdin.on("error", () => undefined);
  child.stdin.end(body);
  child.stderr.resume();
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => child.once("close", () => resolve(Buffer.concat(chunks))));
}
