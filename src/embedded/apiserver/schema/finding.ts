import {
  type FieldError,
  goQuote,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from "./field-error.ts";

/** Something that a value fails. Two findings with one key are one. */
export interface Finding {
  readonly key: string;
  /** The error, for a schema that stands at `base` in the object. */
  readonly error: (base: string) => FieldError;
}

/** Where a finding about `path` is reported. Paths of members of the root start with a dot. */
const at = (base: string, path: string): string => {
  const inside = path.startsWith(".") ? path.slice(1) : path;
  if (inside === "") return base;
  return base === "" ? inside : `${base}.${inside}`;
};

/** A finding in the words `PATH in body RULE`. */
export function finding(path: string, value: unknown, rule: string): Finding {
  const detail = `${path} in body ${rule}`;
  return { key: detail, error: (base) => invalid(at(base, path), value, detail) };
}

/** A finding that the server reports on the whole: no path, no value. */
export const general = (detail: string): Finding => ({ key: detail, error: (base) => invalid(base, "", detail) });

/** Findings with a cause type of their own. */
export const findings = {
  type(path: string, wanted: string, actual: string): Finding {
    const detail = `${path} in body must be of type ${wanted}: ${goQuote(actual)}`;
    return { key: detail, error: (base) => typeInvalid(at(base, path), actual, detail) };
  },
  notSupported(path: string, value: unknown, allowed: readonly unknown[]): Finding {
    return { key: `${path} enum`, error: (base) => notSupported(at(base, path), value, allowed) };
  },
  required: (path: string): Finding => ({ key: `${path} required`, error: (base) => required(at(base, path)) }),
  tooLong: (path: string, max: number): Finding => ({
    key: `${path} long ${max}`,
    error: (base) => tooLong(at(base, path), max),
  }),
  tooMany: (path: string, actual: number, max: number, what: string): Finding => ({
    key: `${path} many ${what} ${max}`,
    error: (base) => tooMany(at(base, path), actual, max),
  }),
} as const;
