import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the host was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
}

/** Answers, breaks the connection (`reset`), or never answers (`hang`). */
export type Answering = (asked: Asked) => Reply | "reset" | "hang";

/** An HTTP host that says what a test tells it to, and remembers what it was asked. */
export class ScriptedHost {
  readonly asked: Asked[] = [];
  answer: Answering;
  readonly #server: Server;

  private constructor(server: Server, answer: Answering) {
    this.#server = server;
    this.answer = answer;
  }

  static async start(answer: Answering = () => ({})): Promise<ScriptedHost> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = new ScriptedHost(server, answer);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const asked = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
        host.asked.push(asked);
        const reply = host.answer(asked);
        if (reply === "hang") return;
        if (reply === "reset") return void request.socket.resetAndDestroy();
        const isText = typeof reply.body === "string";
        const type = isText ? "application/octet-stream" : "application/json; charset=utf-8";
        response.writeHead(reply.status ?? 200, { "content-type": type, ...reply.headers });
        response.end(isText ? (reply.body as string) : JSON.stringify(reply.body ?? {}));
      });
    });
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
