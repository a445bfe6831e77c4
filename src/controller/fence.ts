import type { Client } from "./client.ts";

/** A write that was not made, since another process may write by now. */
export class FencedError extends Error {
  override readonly name = "FencedError";

  constructor(verb: string) {
    super(`${verb} was not sent: this process does not lead`);
  }
}

/** A client that reads always and writes only while it may: asked before each write, so no late timer lets one slip. */
export function fenced(client: Client, mayWrite: () => boolean): Client {
  const guard = <A extends unknown[], R>(verb: string, write: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => (mayWrite() ? write(...args) : Promise.reject(new FencedError(verb)));
  };
  return {
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (...args) => client.watch(...args),
    create: guard("create", (...args: Parameters<Client["create"]>) => client.create(...args)),
    update: guard("update", (...args: Parameters<Client["update"]>) => client.update(...args)),
    delete: guard("delete", (...args: Parameters<Client["delete"]>) => client.delete(...args)),
    mergePatch: guard("patch", (...args: Parameters<Client["mergePatch"]>) => client.mergePatch(...args)),
    jsonPatch: guard("patch", (...args: Parameters<Client["jsonPatch"]>) => client.jsonPatch(...args)),
    apply: guard("apply", (...args: Parameters<Client["apply"]>) => client.apply(...args)),
    raw: (method, ...args) =>
      method === "GET" || mayWrite() ? client.raw(method, ...args) : Promise.reject(new FencedError(method)),
  };
}
