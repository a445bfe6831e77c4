import { isIPv4, isIPv6 } from "node:net";
import { parseDuration } from "./duration.ts";
import { parseRequestUri } from "./url.ts";

type Check = (text: string) => boolean;
const matching =
  (pattern: RegExp): Check =>
  (text) =>
    pattern.test(text);

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (days[month - 1] ?? 0) + (leap ? 1 : 0);
}

function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  const match = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|([+-]\d{2}:\d{2}))$/.exec(time);
  if (!match || !isDate(date)) return false;
  const [hour = "", minute = "", second = ""] = match.slice(1);
  return hour <= "23" && minute <= "59" && second <= "59";
}

const scalaDuration =
  /(\d+)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|s|millis|ms|micros|µs|us|nanos|ns|weeks?|w)/i;

function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined || scalaDuration.test(text);
}

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  if (more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(unpadded(address)) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

/** Without the leading zeros that the server tolerates in the parts of an IPv4 address. */
const unpadded = (address: string): string => address.replace(/\b0+(?=\d)/g, "");

const hostname =
  /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u;

function isHostname(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes <= 255 && hostname.test(text) && text.split(".").every((part) => Buffer.byteLength(part) <= 63);
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{9}[\dXx]$/.test(digits)) return false;
  const sum = [...digits].reduce((all, each, at) => all + (at + 1) * (/x/i.test(each) ? 10 : Number(each)), 0);
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, "");
  if (!/^\d{13}$/.test(digits)) return false;
  return [...digits].reduce((all, each, at) => all + (at % 2 === 0 ? 1 : 3) * Number(each), 0) % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, "");
  if (
    !/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/.test(
      digits,
    )
  )
    return false;
  const luhn = [...digits]
    .reverse()
    .map((each, at) => (at % 2 === 0 ? Number(each) : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(each)]!));
  return luhn.reduce((all, each) => all + each, 0) % 10 === 0;
}

const uuid = (version: string): Check =>
  matching(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}-?[0-9a-f]{12}$`, "i"));

/** Names are compared without dashes, as the server does. */
const checks: Readonly<Record<string, Check>> = {
  bsonobjectid: matching(/^[0-9a-fA-F]{24}$/),
  uri: (text) => parseRequestUri(text) !== undefined,
  email: matching(/^(?:[^<>@,;:"]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>()[\]\\,;:]+@[^\s@<>()[\]\\,;:]+)$/),
  hostname: isHostname,
  ipv4: (text) => isIPv4(unpadded(text)),
  ipv6: (text) => isIPv6(text) && !text.includes("%"),
  cidr: isCidr,
  mac: matching(
    /^(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}|(?:[0-9a-f]{2}[:-]){7}[0-9a-f]{2})$/i,
  ),
  uuid: uuid("[0-9a-f]{4}-?[0-9a-f]{4}"),
  uuid3: uuid("3[0-9a-f]{3}-?[0-9a-f]{4}"),
  uuid4: uuid("4[0-9a-f]{3}-?[89ab][0-9a-f]{3}"),
  uuid5: uuid("5[0-9a-f]{3}-?[89ab][0-9a-f]{3}"),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matching(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matching(
    /^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$/,
  ),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text),
  k8slongname: (text) =>
    text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text),
};

const plain = (format: string): string => format.replaceAll("-", "");

/** The format if the server gives it a meaning for these types, else empty: unknown formats are ignored. */
export function knownFormat(types: readonly string[], format: string | undefined): string {
  if (!format) return "";
  const type = types.length === 1 ? types[0] : "";
  if (type === "integer") return format === "int32" || format === "int64" ? format : "";
  if (type === "number") return format === "float" || format === "double" ? format : "";
  if (type !== "" && type !== "string") return "";
  return Object.hasOwn(checks, plain(format)) ? format : "";
}

/** Whether the text has the format. Formats of numbers, and none, admit every text. */
export function hasFormat(text: string, format: string): boolean {
  return checks[plain(format)]?.(text) ?? true;
}
