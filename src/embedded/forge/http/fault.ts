import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** What a test may make of a request. */
export type Fault =
  /** The connection breaks before the request is handled. */
  | { readonly kind: "reset" }
  /** The request is handled, and the connection breaks in place of the answer. */
  | { readonly kind: "reset-after-success" }
  /** The request is handled, and no answer ever comes; the connection stays open until the client gives up. */
  | { readonly kind: "timeout-after-success" }
  /** Not handled; this is the answer. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Handled after a while. */
  | { readonly kind: "delay"; readonly milliseconds: number };

/** What a fault hook sees of a request. */
export interface FaultRequest {
  readonly method: string;
  /** Path as it was asked, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
}

/** Decides, for each request, what shall go wrong with it; undefined for nothing. */
export type FaultHook = (request: FaultRequest) => Fault | undefined;

/** Plays the part of a fault that comes before the request is handled. True: there is nothing left to do. */
export async function playFault(
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault?.kind) {
    case "reset":
      request.socket.resetAndDestroy();
      return true;
    case "status": {
      request.resume();
      const body = JSON.stringify(
        fault.body ?? { message: "The forge was told to answer so.", status: String(fault.status) },
      );
      response.writeHead(fault.status, { "content-type": "application/json; charset=utf-8", ...fault.headers });
      response.end(body);
      return true;
    }
    case "delay":
      await wait(fault.milliseconds);
      return false;
    case "reset-after-success":
    case "timeout-after-success":
      swallow(request, response, fault.kind);
      return false;
    case undefined:
      return false;
  }
}

function swallow(request: IncomingMessage, response: ServerResponse, kind: Fault["kind"]): void {
  const { socket } = request;
  response.write = () => true;
  response.writeHead = () => response;
  response.end = () => {
    if (kind === "reset-after-success") socket.resetAndDestroy();
    return response;
  };
}
