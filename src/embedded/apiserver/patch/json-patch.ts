import jsonpatch from "fast-json-patch";
import { isObject } from "../schema/json.ts";
import { PatchError } from "./patch-error.ts";

const names: ReadonlySet<unknown> = new Set(["add", "remove", "replace", "move", "copy", "test"]);
/** The server refuses longer patches, so that one request cannot keep it busy. */
const mostOperations = 10_000;

/** RFC 6902. The document is not changed. Throws a PatchError. */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new PatchError(400, undecodable(operations, "[]handlers.jsonPatchOp"));
  if (operations.length > mostOperations) {
    const detail = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`;
    throw new PatchError(413, detail);
  }
  for (const operation of operations) check(operation);
  try {
    return jsonpatch.applyPatch(document, operations, true, false, true).newDocument;
  } catch (error) {
    // The library's message quotes the whole document.
    const { name = "UNKNOWN", index = 0 } = error as { name?: string; index?: number };
    throw new PatchError(422, `operation ${index} of the JSON patch: ${name}`, { cause: error });
  }
}

function undecodable(value: unknown, into: string): string {
  const kind =
    value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return `error decoding patch: json: cannot unmarshal ${kind} into Go value of type ${into}`;
}

function check(operation: unknown): void {
  if (!isObject(operation)) throw new PatchError(400, undecodable(operation, "handlers.jsonPatchOp"));
  const { op, path, from } = operation;
  if (!names.has(op)) throw new PatchError(422, `Unexpected kind: ${String(op ?? "unknown")}`);
  for (const pointer of [path, from]) {
    if (typeof pointer !== "string") continue;
    // A key of this name would reach behind the data.
    const keys = pointer.split("/");
    if (keys.includes("__proto__")) throw new PatchError(422, `unusable path ${pointer}`);
  }
}
