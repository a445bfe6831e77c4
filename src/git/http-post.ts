import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const maxBytes = 128 * 1024 * 1024;
/** Connections to one host, kept open between questions. */
const maxSockets = 24;

/** Posts over connections that stay open, so that looking at a repository costs one round trip and no handshake. */
export class HttpPost {
  readonly #http: http.Agent;
  readonly #https: https.Agent;

  constructor(caFile: string | undefined) {
    const options = { keepAlive: true, maxSockets, keepAliveMsecs: 10_000 };
    this.#http = new http.Agent(options);
    this.#https = new https.Agent({ ...options, ...(caFile !== undefined && { ca: readFileSync(caFile) }) });
  }

  /** Redirects are answers like any other. Safe to repeat: a connection that the server had closed is tried anew. */
  async post(question: Question): Promise<Answer> {
    try {
      return await this.#once(question);
    } catch (error) {
      if (question.signal.aborted || !isStale(error)) throw error;
      return this.#once(question);
    }
  }

  /** Closes the connections. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #once({ url, headers, body, signal, timeoutMs }: Question): Promise<Answer> {
    const secure = url.startsWith("https:");
    const { promise, resolve, reject } = withResolvers<Answer>();
    const request = (secure ? https : http).request(url, {
      method: "POST",
      agent: secure ? this.#https : this.#http,
      headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    request.on("error", (error) => reject(request.reusedSocket ? new StaleError(error) : error));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) response.destroy(new Error(`the answer has more than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
    return promise;
  }
}

class StaleError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

const isStale = (error: unknown): boolean => error instanceof StaleError;

function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
