import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Json, SchemaCompiler } from "./openapi-schema.ts";

/** An answer of a server that claims to speak GitHub's API. */
export interface Answer {
  readonly method: string;
  /** As sent, with or without a query and with or without the `/api/v3` of an own host. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when the answer had no body. */
  readonly body?: unknown;
}

/** One operation of the description, for example `pulls/get` at `/repos/{owner}/{repo}/pulls/{pull_number}`. */
export interface Operation {
  readonly id: string;
  readonly template: string;
  readonly definition: Json;
}

interface Description {
  readonly whole: Json;
  readonly compiler: SchemaCompiler;
  /** By method, the most literal template first. */
  readonly operations: ReadonlyMap<string, readonly (Operation & { readonly pattern: RegExp })[]>;
}

let loaded: Description | undefined;

/** GitHub's description of api.github.com: 13 MB, read and indexed once for each process, in about 200 ms. */
function description(): Description {
  loaded ??= load();
  return loaded;
}

function load(): Description {
  const home = dirname(createRequire(import.meta.url).resolve("@octokit/openapi/package.json"));
  const whole = JSON.parse(readFileSync(join(home, "generated/api.github.com.json"), "utf8")) as Json;
  const operations = new Map<string, (Operation & { readonly pattern: RegExp })[]>();
  for (const [template, item] of Object.entries(whole["paths"] as Record<string, Json>)) {
    for (const [method, definition] of Object.entries(item) as [string, Json][]) {
      const many = multiSegment(whole, definition);
      const source = template
        .split(/(?<=\})|(?=\{)/)
        .map((part) => (part.startsWith("{") ? (many.has(part.slice(1, -1)) ? "(?:.+)" : "(?:[^/]+)") : literal(part)))
        .join("");
      const id = String(definition["operationId"]);
      const list = operations.get(method) ?? [];
      list.push({ id, template, definition, pattern: new RegExp(`^${source}$`) });
      operations.set(method, list);
    }
  }
  const variables = ({ template }: Operation): number => template.split("{").length;
  for (const list of operations.values()) {
    list.sort((a, b) => variables(a) - variables(b) || b.template.length - a.template.length);
  }
  const { schemas } = whole["components"] as { readonly schemas: Json };
  return { whole, operations, compiler: new SchemaCompiler(schemas) };
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The path parameters that may hold slashes: refs, branches, file paths. */
function multiSegment(whole: Json, definition: Json): ReadonlySet<string> {
  const parameters = (definition["parameters"] ?? []) as readonly Json[];
  const resolved = parameters.map((each) => resolve(whole, each));
  return new Set(resolved.filter((each) => each["x-multi-segment"] === true).map((each) => String(each["name"])));
}

function resolve(whole: Json, node: Json): Json {
  const reference = node["$ref"];
  if (typeof reference !== "string") return node;
  return reference
    .slice(2)
    .split("/")
    .reduce<unknown>((inner, step) => (inner as Json)[step], whole) as Json;
}

/** The operation that GitHub documents for this request, if it documents one. */
export function operationOf(method: string, path: string): Operation | undefined {
  const bare = path.replace(/\?.*$/s, "").replace(/^\/api\/(v3|uploads)(?=\/)/, "");
  return description()
    .operations.get(method.toLowerCase())
    ?.find(({ pattern }) => pattern.test(bare));
}

/**
 * Holds an answer against GitHub's own description. Returns the problems, one readable line each; none means that a
 * client written for GitHub finds what it was promised, and nothing that GitHub would not send.
 */
export function validateResponse(answer: Answer): readonly string[] {
  const { method, path, status, body } = answer;
  const operation = operationOf(method, path);
  if (!operation) return [`GitHub documents no operation ${method} ${path}`];
  const { whole, compiler } = description();
  const named = (operation.definition["responses"] as Record<string, Json>)[String(status)];
  const response = named ? resolve(whole, named) : undocumented(whole, status);
  if (!response) return [`${operation.id} documents no status ${status}`];

  const schema = corrected[`${operation.id} ${status}`] ?? schemaOf(response);
  const headers = headerProblems(whole, response, answer.headers);
  if (!schema)
    return body === undefined || status >= 400 ? headers : [...headers, `${operation.id} has no body with ${status}`];
  if (body === undefined) return [...headers, `${operation.id} has a body with ${status}, and this answer has none`];
  const problems = compiler.problems(`${operation.id} ${status}`, schema, body);
  return [...headers, ...problems.filter((each) => status < 400 || !sentWithErrors.test(each))];
}

/** GitHub sends these with every failure, although the description of some failures does not name them. */
const sentWithErrors = /^the body: (status|errors|documentation_url) is not in GitHub's description$/;

/** Where the description contradicts what GitHub sends. Its account here is a user and an enterprise at once. */
const corrected: Readonly<Record<string, Json>> = {
  "apps/list-installations 200": { type: "array", items: { $ref: "#/components/schemas/installation" } },
};

/** GitHub documents its errors in part; those that any operation may answer have the basic error as their body. */
function undocumented(whole: Json, status: number): Json | undefined {
  if (status === 304) return { description: "Not modified" };
  if (![401, 403, 404, 409, 422, 429].includes(status)) return undefined;
  const { schemas } = whole["components"] as { readonly schemas: Record<string, Json> };
  return { content: { "application/json": { schema: schemas["basic-error"]! } } };
}

function schemaOf(response: Json): Json | undefined {
  const content = (response["content"] ?? {}) as Record<string, Json>;
  const json = content["application/json"] ?? content["application/vnd.github.v3.star+json"];
  return json?.["schema"] as Json | undefined;
}

function headerProblems(whole: Json, response: Json, sent: Answer["headers"]): readonly string[] {
  const described = (response["headers"] ?? {}) as Record<string, Json>;
  return Object.entries(described).flatMap(([name, node]) => {
    const header = resolve(whole, node);
    const value = sent?.[name.toLowerCase()];
    if (value === undefined) return header["required"] === true ? [`the header ${name} is missing`] : [];
    const isInteger = (header["schema"] as Json | undefined)?.["type"] === "integer";
    return isInteger && !/^-?\d+$/.test(value) ? [`the header ${name} must be an integer, but it is ${value}`] : [];
  });
}

/**
 * Holds a webhook's payload against GitHub's description of that event.
 *
 * @returns the problems, as {@link validateResponse} gives them
 */
export function validateWebhook(event: string, payload: unknown): readonly string[] {
  const { whole, compiler } = description();
  const action = (payload as { readonly action?: string } | null)?.action;
  const name = [event, action].filter(Boolean).join("-").replaceAll("_", "-");
  const webhook = (whole["x-webhooks"] as Record<string, { readonly post: Json } | undefined>)[name];
  if (!webhook) return [`GitHub documents no webhook ${event}${action ? ` with the action ${action}` : ""}`];
  const request = resolve(whole, webhook.post["requestBody"] as Json);
  return compiler.problems(`webhook ${name}`, schemaOf(request)!, payload);
}
