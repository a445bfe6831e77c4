import type { Call } from "../http/call.ts";
import type { Served } from "../resource/resource.ts";

/** A call that the server makes to itself, as this field manager. `query` holds further parameters. */
export function internalCall(
  served: Served,
  options: Pick<Call, "verb" | "namespace" | "name"> & {
    readonly manager: string;
    readonly query?: Record<string, string>;
  },
): Call {
  const { verb, namespace, name, manager, query } = options;
  return {
    verb,
    served,
    namespace,
    name,
    subresource: "",
    query: new URLSearchParams({ fieldManager: manager, ...query }),
    presentation: { as: "object", version: "v1", format: "json" },
    contentType: "application/json",
    body: Buffer.alloc(0),
    userAgent: manager,
    warnings: [],
  };
}
