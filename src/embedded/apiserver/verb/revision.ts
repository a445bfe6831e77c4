import { badRequest, invalid, type StatusError } from "../http/status.ts";

/** Parses a resourceVersion. Undefined when it is absent or empty. Throws 400 for what is not a number. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  const why = `Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  throw badRequest(`invalid resource version: resourceVersion: ${why}`);
}

/** 422: these options of a list or a watch do not go together. */
export function optionsForbidden(field: string, why: string): StatusError {
  const error = { type: "FieldValueForbidden", field, message: `Forbidden: ${why}` };
  return invalid({ group: "", plural: "", kind: "ListOptions" }, "", [error]);
}

/** Parses a non-negative integer of the query. Throws 400. */
export function parseCount(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Math.max(0, Number(text));
}
