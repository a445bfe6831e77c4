import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it went over the wire. */
export interface Recorded {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
}

export interface RecordingProxy {
  readonly url: string;
  /** What went through so far. */
  readonly seen: Recorded[];
  close(): Promise<void>;
}

/** Stands in front of a host and writes down, byte for byte, what it is asked. */
export async function startProxy(target: string): Promise<RecordingProxy> {
  const seen: Recorded[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(chunks);
      seen.push({ method, path: url, body: body.toString("utf8") });
      const through = send(new URL(url, target), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      through.on("error", () => response.destroy());
      through.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
