import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

/** An answer of an API server. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly body?: unknown;
  readonly type?: string;
}

/** Talks to an API server without a client between: the test sees exactly what it says. */
export class Rest {
  private readonly url: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly agent: Agent;

  constructor({ url, token, ca }: { readonly url: string; readonly token: string; readonly ca: string }) {
    this.url = url;
    this.headers = { authorization: `Bearer ${token}`, accept: "application/json", "user-agent": "suite/1" };
    this.agent = new Agent({ keepAlive: true, ca: readFileSync(ca) });
  }

  close(): void {
    this.agent.destroy();
  }

  async call(method: string, path: string, { body, type = "application/json" }: Call = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const headers = { ...this.headers, ...(payload !== undefined && { "content-type": type }) };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.url}${path}`, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, body: parse(text) });
        });
      });
      sent.on("error", reject);
      sent.end(payload);
    });
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
