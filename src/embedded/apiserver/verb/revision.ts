import { badRequest, invalid } from "../http/status.ts";

/** Parses a resourceVersion. Undefined when it is absent or empty. Throws 400 for what is not a number. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^\d+$/.test(text)) {
    const type = "FieldValueInvalid";
    const message = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw invalid({ group: "", plural: "", kind: "ListOptions" }, "", [{ type, field: "resourceVersion", message }]);
  }
  return Number(text);
}

/** Parses a non-negative integer of the query. Throws 400. */
export function parseCount(name: string, text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax (${name})`);
  }
  return Math.max(0, Number(text));
}
