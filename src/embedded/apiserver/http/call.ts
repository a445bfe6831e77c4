import type { Served } from "../resource/resource.ts";
import type { Presentation } from "./negotiate.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** One request for a resource. */
export interface Call {
  readonly verb: Verb;
  readonly served: Served;
  /** Empty for cluster-wide requests. */
  readonly namespace: string;
  /** Empty for collections. */
  readonly name: string;
  /** `status`, or empty. */
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly presentation: Presentation;
  /** Without parameters, in lower case; empty when there is none. */
  readonly contentType: string;
  readonly body: Buffer;
  readonly userAgent: string;
  /** Texts for `Warning` headers; verbs add to them. */
  readonly warnings: string[];
}

/** What a verb answers, before it is shown as the client wants it. Objects are JSON in the stored version. */
export type Answer =
  | { readonly type: "object"; readonly code: number; readonly json: string }
  | { readonly type: "list"; readonly list: List }
  | { readonly type: "status"; readonly code: number; readonly body: object };

export interface List {
  /** JSON texts of the items, in the stored version. */
  readonly items: readonly string[];
  readonly revision: number;
  readonly continue: string | undefined;
  readonly remaining: number | undefined;
}

/** Whether the request only asks what would happen. */
export function isDryRun(call: Call): boolean {
  return call.query.getAll("dryRun").includes("All");
}
