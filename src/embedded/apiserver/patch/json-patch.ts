import jsonpatch from "fast-json-patch";
import { isObject } from "../schema/json.ts";
import { PatchError } from "./patch-error.ts";

const names = new Set(["add", "remove", "replace", "move", "copy", "test"]);
/** The server refuses longer patches, so that one request cannot keep it busy. */
const mostOperations = 10_000;

/** RFC 6902. The document is not changed. Throws a PatchError. */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations))
    throw new PatchError(
      400,
      "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    );
  if (operations.length > mostOperations) {
    throw new PatchError(
      422,
      `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`,
    );
  }
  for (const operation of operations) check(operation);
  try {
    const { applyPatch } = jsonpatch;
    return applyPatch(document, operations as Parameters<typeof applyPatch>[1], true, false, true).newDocument;
  } catch (error) {
    throw new PatchError(422, describe(error, operations), { cause: error });
  }
}

function check(operation: unknown): void {
  if (!isObject(operation))
    throw new PatchError(
      400,
      "error decoding patch: json: cannot unmarshal string into Go value of type jsonpatch.Operation",
    );
  const { op, path, from } = operation;
  if (typeof op !== "string" || !names.has(op))
    throw new PatchError(422, `Unexpected kind: ${String(op ?? "unknown")}`);
  for (const pointer of [path, from]) {
    // A key of this name would reach behind the data.
    if (typeof pointer === "string" && pointer.split("/").includes("__proto__")) {
      throw new PatchError(
        422,
        `the server rejected our request due to an error in our request: unusable path ${pointer}`,
      );
    }
  }
}

function describe(error: unknown, operations: readonly unknown[]): string {
  const { name = "", index = 0 } = error as { name?: string; index?: number };
  const operation = operations[index] as { op?: string; path?: string; from?: string };
  const path = operation.path ?? "";
  if (name === "TEST_OPERATION_FAILED") return `testing value ${path} failed: test failed`;
  const verb = `${operation.op} operation does not apply: doc is missing`;
  if (name === "OPERATION_PATH_CANNOT_ADD") return `${verb} path: ${path}: missing value`;
  return `${verb} key: ${path}: missing value`;
}
