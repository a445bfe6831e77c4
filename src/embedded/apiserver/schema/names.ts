const labelFormat = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const keyFormat = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const valueFormat = `(${keyFormat})?`;
const label1035Format = "[a-z]([-a-z0-9]*[a-z0-9])?";

const label = new RegExp(`^${labelFormat}$`);
const subdomain = new RegExp(`^${subdomainFormat}$`);
const key = new RegExp(`^${keyFormat}$`);
const value = new RegExp(`^${valueFormat}$`);
const label1035 = new RegExp(`^${label1035Format}$`);

const atMost = (length: number, unit: "bytes" | "characters"): string => `must be no more than ${length} ${unit}`;
const asIn = (message: string, format: string, ...examples: readonly string[]): string =>
  `${message} (e.g. ${examples.map((each) => `'${each}', `).join(" or ")}regex used for validation is '${format}')`;

/** What is wrong with a name that must be a label of RFC 1123; empty when nothing is. */
export function labelErrors(text: string): string[] {
  const errors = Buffer.byteLength(text) > 63 ? [atMost(63, "characters")] : [];
  if (label.test(text)) return errors;
  if (subdomain.test(text)) return [...errors, "must not contain dots"];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...errors, asIn(rule, labelFormat, "my-name", "123-abc")];
}

/** What is wrong with a name that must be a label of RFC 1035 (starts with a letter); empty when nothing is. */
export function label1035Errors(text: string): string[] {
  const errors = Buffer.byteLength(text) > 63 ? [atMost(63, "characters")] : [];
  if (label1035.test(text)) return errors;
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...errors, asIn(rule, label1035Format, "my-name", "abc-123")];
}

/** What is wrong with a name that must be a subdomain of RFC 1123; empty when nothing is. */
export const subdomainErrors = (text: string): string[] => subdomainErrorsIn(text, "characters");

/** The server speaks of bytes where the subdomain is the prefix of a key, and of characters elsewhere. */
function subdomainErrorsIn(text: string, unit: "bytes" | "characters"): string[] {
  const errors = Buffer.byteLength(text) > 253 ? [atMost(253, unit)] : [];
  if (subdomain.test(text)) return errors;
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...errors, asIn(rule, subdomainFormat, "example.com")];
}

/** What is wrong with a key of a label, an annotation or a finalizer: `name` or `example.com/name`. */
export function qualifiedNameErrors(text: string): string[] {
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const shape = asIn(rule, keyFormat, "MyName", "my.name", "123-abc");
  const parts = text.split("/");
  if (parts.length > 2) {
    return [`a valid label key ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? "";
  const errors = parts.length === 2 ? prefixErrors(parts[0] ?? "") : [];
  if (name === "") errors.push("name part must be non-empty");
  else if (Buffer.byteLength(name) > 63) errors.push(`name part ${atMost(63, "bytes")}`);
  if (!key.test(name)) errors.push(`name part ${shape}`);
  return errors;
}

const prefixErrors = (prefix: string): string[] =>
  prefix === ""
    ? ["prefix part must be non-empty"]
    : subdomainErrorsIn(prefix, "bytes").map((each) => `prefix part ${each}`);

/** What is wrong with the value of a label; empty when nothing is. */
export function labelValueErrors(text: string): string[] {
  const errors = Buffer.byteLength(text) > 63 ? [atMost(63, "bytes")] : [];
  if (value.test(text)) return errors;
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...errors, asIn(rule, valueFormat, "MyValue", "my_value", "12345")];
}
