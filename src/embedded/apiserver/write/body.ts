import { parse, YAMLParseError } from "yaml";
import type { Call } from "../http/call.ts";
import { badRequest, StatusError, unsupportedMediaType } from "../http/status.ts";
import { isRecord, type KubeObject } from "../object.ts";
import { groupVersion, type Served } from "../resource/resource.ts";
import { decodeStrict, JsonSyntaxError } from "../schema/strict-json.ts";
import { decodeProtobuf } from "../wire/decode.ts";

/** A request's object, and the fields that stand in it twice. */
export interface Incoming {
  readonly object: KubeObject;
  readonly duplicates: readonly string[];
}

const accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** Reads the body of a create or update in the version of the request. Throws 400 and 415. */
export function readObject(call: Call): Incoming {
  try {
    const { value, duplicates } = parseBody(call.contentType, call.body);
    return { object: expectKind(value, call.served), duplicates };
  } catch (error) {
    if (error instanceof UnrecognizedError) throw unrecognized(call, error);
    throw error;
  }
}

/** A body that does not even say what it is. */
class UnrecognizedError extends StatusError {
  constructor(message: string) {
    super(400, "BadRequest", message);
  }
}

function unrecognized({ served, body }: Call, { message }: UnrecognizedError): StatusError {
  const shown = body[0] === 0x7b ? body.subarray(0, 30).toString("utf8") : body.subarray(0, 30).toString("hex");
  const summary = body.length === 0 ? "<empty>" : shown + (body.length > 30 ? " ..." : "");
  return badRequest(
    `the object provided is unrecognized (must be of type ${served.resource.kind}): ${message} (${summary})`,
  );
}

/** What a body says, by its media type. Throws 400 and 415. */
export function parseBody(contentType: string, body: Buffer): { value: unknown; duplicates: readonly string[] } {
  switch (contentType) {
    case "":
    case "application/json":
      return parseJson(body.toString("utf8"));
    case "application/yaml":
      return { value: parseYaml(body.toString("utf8")), duplicates: [] };
    case "application/vnd.kubernetes.protobuf":
      return { value: decodeProtobuf(body), duplicates: [] };
    default:
      throw unsupportedMediaType(accepted);
  }
}

const noKind = "couldn't get version/kind; json parse error: ";

/** JSON with its duplicate fields. Throws 400, with this in front of what is wrong. */
export function parseJson(text: string, failure = noKind): { value: unknown; duplicates: readonly string[] } {
  try {
    return decodeStrict(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const message = failure + error.message;
    throw failure === noKind ? new UnrecognizedError(message) : badRequest(message);
  }
}

/** YAML, or JSON which is a part of it. Throws 400. */
export function parseYaml(text: string): unknown {
  const json = text.startsWith("{") ? tryJson(text) : undefined;
  if (json !== undefined) return json;
  try {
    return parse(text, { schema: "yaml-1.1", merge: false });
  } catch (error) {
    if (error instanceof YAMLParseError) throw badRequest(`error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** Most of what is called YAML is JSON, which is read much faster. */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checks that a document is an object of the kind that the request's path names. Throws 400. */
export function expectKind(value: unknown, { resource, version }: Served): KubeObject {
  if (!isRecord(value)) throw badRequest("couldn't get version/kind; json parse error: the body is not an object");
  const expected = groupVersion(resource.group, version.name);
  if (!resource.custom) {
    value["apiVersion"] ??= expected;
    value["kind"] ??= resource.kind;
  }
  const { apiVersion, kind } = value;
  for (const field of ["kind", "apiVersion"]) {
    if (typeof value[field] === "string" && value[field] !== "") continue;
    throw new UnrecognizedError(
      `Object '${field === "kind" ? "Kind" : field}' is missing in '${JSON.stringify(value)}'`,
    );
  }
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  if (kind !== resource.kind) {
    throw badRequest(
      `${String(kind)} in version "${version.name}" cannot be handled as a ${resource.kind}: the kinds differ`,
    );
  }
  if (value["metadata"] === undefined || value["metadata"] === null) value["metadata"] = {};
  if (!isRecord(value["metadata"])) throw badRequest(`${resource.kind}: metadata is not an object`);
  return value as KubeObject;
}
