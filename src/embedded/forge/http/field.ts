import { invalid, Problem } from "./problem.ts";

const wrongType = (name: string, value: unknown, type: string): Problem =>
  new Problem(422, `Invalid request.\n\nFor 'properties/${name}', ${JSON.stringify(value)} is not a ${type}.`);

/** Reads a JSON body field by field; what is missing or of a wrong type is a 422 that names it. */
export class Fields {
  readonly resource: string;
  readonly all: Readonly<Record<string, unknown>>;

  constructor(resource: string, all: Readonly<Record<string, unknown>>) {
    this.resource = resource;
    this.all = all;
  }

  has(name: string): boolean {
    return this.all[name] !== undefined;
  }

  /** A string that must be there and not be empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new Problem(422, `Invalid request.\n\n"${name}" wasn't supplied.`);
    if (value.trim() === "") throw invalid({ resource: this.resource, field: name, code: "missing_field" });
    return value;
  }

  /** A string, or undefined where the field is absent or null. */
  optionalText(name: string): string | undefined {
    const value = this.all[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw wrongType(name, value, "string");
    return value;
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.all[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "boolean") throw wrongType(name, value, "boolean");
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.all[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "number") throw wrongType(name, value, "number");
    return value;
  }

  /** One of `words`, or undefined where the field is absent. */
  optionalWord<W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.optionalText(name);
    if (value === undefined || words.includes(value as W)) return value as W | undefined;
    throw invalid({ resource: this.resource, field: name, code: "invalid", value });
  }

  /** An array as it is, or undefined where the field is absent or null. */
  optionalList(name: string): readonly unknown[] | undefined {
    const value = this.all[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw wrongType(name, value, "array");
    return value;
  }

  optionalTexts(name: string): readonly string[] | undefined {
    return this.optionalList(name)?.map((item) => {
      if (typeof item !== "string") throw wrongType(name, item, "string");
      return item;
    });
  }

  /** The fields of an object in a field, or undefined where it is absent or null. */
  optionalObject(name: string): Fields | undefined {
    const value = this.all[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) throw wrongType(name, value, "object");
    return new Fields(this.resource, value as Record<string, unknown>);
  }
}
