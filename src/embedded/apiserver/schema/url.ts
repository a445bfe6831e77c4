/** The parts of a URL as Go's parser sees them, which is more lenient than a browser. */
export interface UrlParts {
  readonly scheme: string;
  /** With the port. */
  readonly host: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

const hostShape =
  /^(?:\[[0-9a-fA-F:.]+(?:%25[^\]]*)?\]|[A-Za-z0-9\-_.~!$&'()*+,;=<>"\u0080-\u{10ffff}]|%[0-9a-fA-F]{2})*(?::\d*)?$/u;
const userShape = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

/** A URL with a scheme, or an absolute path, as a server would read it; undefined when it is neither. */
export function parseRequestUri(text: string): UrlParts | undefined {
  if (text === "" || /\p{Cc}/u.test(text)) return undefined;
  const match = /^(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?<rest>.*)$/su.exec(text);
  const scheme = match?.groups?.["scheme"] ?? "";
  const rest = match?.groups?.["rest"] ?? "";
  const [hierarchy, query] = cut(rest, "?");
  if (!hierarchy.startsWith("/"))
    return scheme === "" ? undefined : { scheme: scheme.toLowerCase(), host: "", path: "", query };
  const { host, path } = authority(hierarchy, scheme !== "");
  if (host === undefined || /%(?![0-9a-fA-F]{2})/.test(path)) return undefined;
  return { scheme: scheme.toLowerCase(), host, path, query };
}

/** A URL may end with a fragment, which is not part of what a server sees. */
export const parseUrl = (text: string): UrlParts | undefined =>
  parseRequestUri(text) && parseRequestUri(cut(text, "#")[0]);

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function authority(hierarchy: string, absolute: boolean): { host: string | undefined; path: string } {
  if (!absolute || !hierarchy.startsWith("//")) return { host: "", path: hierarchy };
  const slash = hierarchy.indexOf("/", 2);
  const [whole, path] = slash < 0 ? [hierarchy.slice(2), ""] : [hierarchy.slice(2, slash), hierarchy.slice(slash)];
  const at = whole.lastIndexOf("@");
  const [user, host] = [whole.slice(0, Math.max(at, 0)), whole.slice(at + 1)];
  return { host: hostShape.test(host) && userShape.test(user) ? host : undefined, path };
}

/** The path with everything escaped that must be. */
export const escapedPath = ({ path }: UrlParts): string =>
  path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@!'()*%[\]]/gu, (char) => encodeURIComponent(char));

/** The values of each parameter, in order. */
export function parameters({ query }: UrlParts): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const known = Object.hasOwn(result, key) ? result[key] : undefined;
    result[key] = [...(known ?? []), value];
  }
  return result;
}
