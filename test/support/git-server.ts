import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file to be committed: its text, or bytes with a mode of git's (`120000` with the link's target, `160000` with a commit id). */
export type Seed = string | { readonly mode: string; readonly content: string | Uint8Array };

/** What the server was asked. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  LC_ALL: "C",
};

/** Runs real git, and throws when it fails. */
export function git(directory: string, args: readonly string[], input?: string | Uint8Array): string {
  const done = spawnSync("git", ["-C", directory, ...args], { env, input, maxBuffer: 1 << 28 });
  if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr.toString()}`);
  return done.stdout.toString().trimEnd();
}

/** Real repositories behind real smart HTTP (`git http-backend`), with a count of requests and faults to play. */
export class GitServer {
  readonly root = mkdtempSync(join(tmpdir(), "millrace-git-server-"));
  /** All requests, oldest first. */
  readonly seen: Seen[] = [];
  /** Password without which nothing is served. */
  token: string | undefined;
  /** Answers a request itself, and says so, or leaves it to git. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  /** Passes on the version of git's protocol that the client asks for. Without it, the server is an old one. */
  speaksV2 = true;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => this.#serve(request, response));
  }

  static async start(): Promise<GitServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new GitServer(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  url(name: string): string {
    return `${this.origin}/${name}.git`;
  }

  directory(name: string): string {
    return join(this.root, `${name}.git`);
  }

  /** Makes an empty repository that allows what GitHub allows. */
  create(name: string, options: readonly string[] = []): string {
    const directory = this.directory(name);
    git(this.root, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", ...options, directory]);
    for (const [key, value] of [
      ["uploadpack.allowFilter", "true"],
      ["uploadpack.allowAnySHA1InWant", "true"],
      ["http.receivepack", "true"],
    ])
      git(directory, ["config", key!, value!]);
    return directory;
  }

  /** Commits files onto a branch, as a person would, and gives the commit. Undefined removes a file. */
  commit(name: string, branch: string, files: Readonly<Record<string, Seed | undefined>>, message = "By hand"): string {
    return importCommit(this.directory(name), branch, files, message);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<unknown>((resolve) => this.#server.close(resolve));
    rmSync(this.root, { recursive: true, force: true });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/", headers } = request;
    this.seen.push({ method, path: url, authorization: headers.authorization });
    if (this.intercept(request, response)) return;
    if (this.token !== undefined && passwordOf(headers.authorization) !== this.token) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="git"' }).end("who are you?");
      return;
    }
    const { pathname, searchParams } = new URL(url, this.origin);
    const protocol = headers["git-protocol"];
    const child = spawn("git", ["http-backend"], {
      env: {
        ...env,
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: method,
        CONTENT_TYPE: headers["content-type"] ?? "",
        REMOTE_USER: "tester",
        REMOTE_ADDR: "127.0.0.1",
        ...(headers["content-encoding"] && { HTTP_CONTENT_ENCODING: headers["content-encoding"] }),
        ...(this.speaksV2 && typeof protocol === "string" && { GIT_PROTOCOL: protocol }),
      },
    });
    child.stdin.on("error", () => undefined);
    child.stderr.resume();
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("close", () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf("\r\n\r\n");
      const head = output.toString("latin1", 0, end).split("\r\n");
      const pairs = head.map((line) => line.split(": ", 2) as [string, string]);
      const status = Number(pairs.find(([key]) => key === "Status")?.[1]?.split(" ")[0] ?? 200);
      response.writeHead(status, Object.fromEntries(pairs.filter(([key]) => key !== "Status")));
      response.end(output.subarray(end + 4));
    });
  }
}

/** Commits files onto a branch of a bare repository, and gives the commit. */
export function importCommit(
  directory: string,
  branch: string,
  files: Readonly<Record<string, Seed | undefined>>,
  message: string,
): string {
  const ref = `refs/heads/${branch}`;
  const exists = spawnSync("git", ["-C", directory, "rev-parse", "-q", "--verify", ref], { env }).status === 0;
  const parts: (string | Uint8Array)[] = [
    `commit ${ref}\ncommitter Pat Person <pat@example.com> 1700000000 +0000\n`,
    `data ${Buffer.byteLength(message) + 1}\n${message}\n\n`,
    ...(exists ? [`from ${ref}^0\n`] : []),
  ];
  for (const [path, seed] of Object.entries(files)) {
    const shown = `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
    if (seed === undefined) {
      parts.push(`D ${shown}\n`);
      continue;
    }
    const { mode, content } = typeof seed === "string" ? { mode: "100644", content: seed } : seed;
    const bytes = Buffer.from(content);
    if (mode === "160000") parts.push(`M 160000 ${bytes.toString()} ${shown}\n`);
    else parts.push(`M ${mode} inline ${shown}\ndata ${bytes.length}\n`, bytes, "\n");
  }
  const stream = Buffer.concat(parts.map((part) => Buffer.from(part)));
  git(directory, ["fast-import", "--quiet", "--force"], stream);
  return git(directory, ["rev-parse", ref]);
}

function passwordOf(authorization: string | undefined): string | undefined {
  const match = /^Basic (.+)$/.exec(authorization ?? "");
  return match ? Buffer.from(match[1]!, "base64").toString().split(":")[1] : undefined;
}
