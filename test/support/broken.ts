import { readdirSync, readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { kinds } from "../../src/schema/index.ts";
import type { Kind } from "../../src/schema/kind.ts";
import { type Json, structural } from "../../src/schema/structural.ts";

/** An example with one field broken, and what a refusal must name. */
export interface Broken {
  readonly about: string;
  readonly kind: Kind;
  readonly object: Json & { metadata: { name: string; namespace: string } };
  readonly names: string;
}

interface Example {
  readonly file: string;
  readonly kind: Kind;
  readonly object: Broken["object"];
}

/** Every object of examples/, in the namespace `default`. */
export const examples: readonly Example[] = readdirSync("examples")
  .filter((name) => name.endsWith(".yaml"))
  .flatMap((file) =>
    parseAllDocuments(readFileSync(`examples/${file}`, "utf8")).map((document) => {
      const object = document.toJS() as Broken["object"];
      const kind = kinds.find((each) => each.kind === object["kind"]);
      if (!kind) throw new Error(`${file}: ${object["kind"]} is no kind of ours`);
      return { file, kind, object: { ...object, metadata: { ...object.metadata, namespace: "default" } } };
    }),
  );

/** Every field of every example's spec, broken in every way that a schema can say: type, enum, pattern, bounds, unknown, missing. */
export function* brokenExamples(): Generator<Broken> {
  for (const { file, kind, object } of examples) {
    for (const field of fields(object["spec"], structural(kind.spec), ["spec"])) {
      for (const { how, put, names = text(field.path) } of waysToBreak(field)) {
        const broken = withValue(object, field.path, put) as Broken["object"];
        yield { about: `${file}: ${object.metadata.name}: ${text(field.path)} ${how}`, kind, object: broken, names };
      }
    }
  }
}

interface Way {
  readonly how: string;
  readonly put: unknown;
  readonly names?: string;
}

function* waysToBreak({ path, value, schema, parent }: Field): Generator<Way> {
  const {
    enum: values,
    pattern,
    maxLength,
    maxItems,
    properties,
  } = schema as { maxLength?: number; maxItems?: number } & Json;
  yield { how: "of another type", put: wrongType(value) };
  if (values) yield { how: "outside of its enum", put: "Whatever" };
  if (pattern && !values) yield { how: "against its pattern", put: " no " };
  if (maxLength && !values) yield { how: "too long", put: "x".repeat(maxLength + 1) };
  if (maxItems) yield { how: "too many", put: Array.from({ length: maxItems + 1 }, () => (value as unknown[])[0]) };
  if (properties) {
    yield { how: "with an unknown field", put: { ...(value as object), surprise: 1 }, names: `${text(path)}.surprise` };
  }
  const required = (parent["required"] ?? []) as readonly unknown[];
  if (required.includes(path.at(-1))) yield { how: "missing", put: undefined };
}

/** A table of what only a rule can say, with the message that must come back. */
export const brokenRules: readonly (readonly [about: string, kind: string, spec: object, message: string])[] = [
  [
    "two credentials",
    "Forge",
    {
      credentials: {
        tokenSecretRef: { name: "a" },
        app: { appId: 1, installationId: 1, privateKeySecretRef: { name: "a" } },
      },
    },
    "give either tokenSecretRef or app",
  ],
  [
    "a file for a release without a page",
    "Release",
    { repositoryRef: { name: "a" }, forgeRelease: "None", assets: [{ name: "a", path: "a" }] },
    "assets go with the forge's release",
  ],
  ["no credential", "Forge", { credentials: {} }, "give either tokenSecretRef or app"],
  [
    "a manifest edge without a path",
    "Repository",
    { ...repository(), dependsOn: [{ name: "a", via: "Manifest" }] },
    "an edge via Manifest needs the manifest's path",
  ],
  [
    "a path that does not count",
    "Repository",
    { ...repository(), dependsOn: [{ name: "a", path: "go.mod" }] },
    "path only counts via Manifest: set via, or remove path",
  ],
  [
    "an edge via a source that is not there",
    "Repository",
    { ...repository(), dependsOn: [{ name: "a", via: "Source" }] },
    "an edge via Source needs an entry of sources with that repositoryRef",
  ],
  [
    "a repository that depends on itself",
    "Repository",
    { ...repository(), dependsOn: [{ name: "a" }, { name: "broken" }] },
    "a Repository cannot depend on itself",
  ],
  [
    "two edges to one repository",
    "Repository",
    { ...repository(), dependsOn: [{ name: "a" }, { name: "a" }] },
    "Duplicate value",
  ],
  [
    "a branch that git does not take",
    "Repository",
    { ...repository(), branch: "a..b" },
    "git does not take this as a branch",
  ],
  [
    "a branch that looks like an option",
    "Repository",
    { ...repository(), branch: "--all" },
    "git does not take this as a branch",
  ],
  [
    "selector and names",
    "Operation",
    { type: "SyncSources", repositories: { selector: {}, names: ["a"] } },
    "give either selector or names",
  ],
  [
    "neither selector nor names",
    "Operation",
    { type: "SyncSources", repositories: {} },
    "give either selector or names",
  ],
  [
    "checks without a mode that reads them",
    "Operation",
    { type: "SyncSources", repositories: { names: ["a"] }, merge: { checks: ["x"] } },
    "checks only count when mode is WhenChecksPass",
  ],
  [
    "allowNoChecks without that mode",
    "ChangeProposal",
    { ...proposal(), merge: { allowNoChecks: true } },
    "allowNoChecks only counts when mode is WhenChecksPass",
  ],
  [
    "an edit that does two things",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "a", content: "", delete: true }] } },
    "give exactly one of set, changelog, line, content, delete: true, rename or mode",
  ],
  [
    "an edit that does nothing",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "a", delete: false }] } },
    "give exactly one of set, changelog, line, content, delete: true, rename or mode",
  ],
  [
    "a way out of the repository",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "a/../../b", content: "" }] } },
    "a path names a file below the repository's root",
  ],
  [
    "a way into .git",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "x/.GIT/config", content: "" }] } },
    "a path names a file below the repository's root",
  ],
  [
    "an absolute path",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "/etc/passwd", content: "" }] } },
    "spec.change.edits[0].path",
  ],
  [
    "two sources of change",
    "ChangeProposal",
    {
      ...proposal(),
      change: { edits: [{ path: "a", content: "" }], run: { command: ["make"], paths: ["a"] } },
    },
    "give exactly one of edits, run, cherryPick or revert",
  ],
  [
    "no change at all",
    "ChangeProposal",
    { ...proposal(), change: {} },
    "give exactly one of edits, run, cherryPick or revert",
  ],
  [
    "a command in an image by tag",
    "ChangeProposal",
    { ...proposal(), change: { run: { command: ["make"], paths: ["a"], image: "node:24" } } },
    "spec.change.run.image",
  ],
  [
    "a rename to a way out",
    "ChangeProposal",
    { ...proposal(), change: { edits: [{ path: "a", rename: { to: "../b" } }] } },
    "a path names a file below the repository's root",
  ],
  [
    "handing over without waiting for checks",
    "ChangeProposal",
    { ...proposal(), merge: { handOver: "WhereOffered" } },
    "handOver only counts when mode is WhenChecksPass",
  ],
  [
    "an App at a Gitea",
    "Forge",
    {
      type: "Gitea",
      url: "https://git.example.com/api/v1",
      credentials: { app: { appId: 1, installationId: 1, privateKeySecretRef: { name: "a" } } },
    },
    "a GitHub App is for GitHub",
  ],
  [
    "a Gitea without an address",
    "Forge",
    { type: "Gitea", credentials: { tokenSecretRef: { name: "a" } } },
    "give the API's URL",
  ],
  [
    "a backport without commits",
    "Operation",
    { type: "Backport", repositories: { names: ["a"] } },
    "backport belongs to type Backport",
  ],
  ["no edit at all", "ChangeProposal", { ...proposal(), change: { edits: [] } }, "spec.change.edits"],
  ["an interval that is none", "ChangeProposal", { ...proposal(), interval: "soon" }, "spec.interval"],
];

/** Changes that are refused although each state alone is fine. */
export const brokenChanges: readonly (readonly [
  about: string,
  kind: string,
  before: object,
  after: object,
  message: string,
])[] = [
  [
    "moving a proposal to another repository",
    "ChangeProposal",
    proposal(),
    { ...proposal(), repositoryRef: { name: "b" } },
    "repositoryRef cannot be changed",
  ],
  [
    "moving a release to another line",
    "Release",
    { repositoryRef: { name: "a" } },
    { repositoryRef: { name: "a" }, branch: "release/1" },
    "branch cannot be changed",
  ],
];

function repository() {
  return { forgeRef: { name: "a" }, owner: "a", name: "a" };
}
function proposal() {
  return { repositoryRef: { name: "a" }, title: "t", change: { edits: [{ path: "a", content: "" }] } };
}

interface Field {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly schema: Json;
  readonly parent: Json;
}

function* fields(
  value: unknown,
  schema: Json,
  path: readonly (string | number)[],
  parent: Json = {},
): Generator<Field> {
  yield { path, value, schema, parent };
  if (Array.isArray(value)) {
    for (const [at, each] of value.entries()) yield* fields(each, schema["items"] as Json, [...path, at], {});
  } else if (typeof value === "object" && value !== null) {
    const properties = (schema["properties"] ?? {}) as Record<string, Json>;
    for (const [name, each] of Object.entries(value)) {
      const below = properties[name] ?? (schema["additionalProperties"] as Json);
      yield* fields(each, below, [...path, name], schema);
    }
  }
}

const text = (path: readonly (string | number)[]): string =>
  path.map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`)).join("");

const wrongType = (value: unknown): unknown => (typeof value === "object" ? 7 : { not: "this" });

function withValue(object: unknown, path: readonly (string | number)[], put: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return put;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(object)
    ? [...object]
    : { ...(object as object) };
  (copy as Record<string | number, unknown>)[first] = withValue(
    (object as Record<string | number, unknown>)[first],
    rest,
    put,
  );
  return copy;
}
