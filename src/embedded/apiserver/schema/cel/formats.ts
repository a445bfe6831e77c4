import { type Environment, Optional } from "@marcbachmann/cel-js";
import { hasFormat } from "../format.ts";
import { label1035Errors, labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from "../names.ts";
import { parseRequestUri } from "../url.ts";

type Check = (text: string) => string[];

class Format {
  readonly check: Check;

  constructor(check: Check) {
    this.check = check;
  }
}

/** What carries the functions that are written `format.uuid()`. */
class FormatNamespace {}

/** More may follow a prefix, so it may end with a dash. */
const prefix =
  (check: Check): Check =>
  (text) =>
    check(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
const plain =
  (format: string, message: string): Check =>
  (text) =>
    hasFormat(text, format) ? [] : [message];

const formats: Readonly<Record<string, Check>> = {
  dns1123Label: labelErrors,
  dns1123Subdomain: subdomainErrors,
  dns1035Label: label1035Errors,
  qualifiedName: qualifiedNameErrors,
  dns1123LabelPrefix: prefix(labelErrors),
  dns1123SubdomainPrefix: prefix(subdomainErrors),
  dns1035LabelPrefix: prefix(label1035Errors),
  labelValue: labelValueErrors,
  uri: (text) => (parseRequestUri(text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: plain("uuid", "does not match the UUID format"),
  byte: plain("byte", "invalid base64"),
  date: plain("date", "invalid date"),
  datetime: plain("datetime", "invalid datetime"),
};

/** Kubernetes' named formats: `!format.dns1123Label().validate(self.name).hasValue()`. */
export function registerFormats(environment: Environment): void {
  environment
    .registerType("kubernetes.NamedFormat", { ctor: Format, fields: {} })
    .registerType("FormatNamespace", { ctor: FormatNamespace, fields: {} })
    .registerConstant("format", "FormatNamespace", new FormatNamespace())
    .registerFunction("kubernetes.NamedFormat.validate(string): optional<list<string>>", ({ check }: Format, text) => {
      const errors = check(text);
      return errors.length === 0 ? Optional.none() : Optional.of(errors);
    })
    .registerFunction("FormatNamespace.named(string): optional<kubernetes.NamedFormat>", (_, name: string) => {
      const check = Object.hasOwn(formats, name) ? formats[name] : undefined;
      return check ? Optional.of(new Format(check)) : Optional.none();
    });
  for (const [name, check] of Object.entries(formats)) {
    environment.registerFunction(`FormatNamespace.${name}(): kubernetes.NamedFormat`, () => new Format(check));
  }
}
