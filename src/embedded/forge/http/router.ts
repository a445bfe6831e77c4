import type { Permission } from "../store/record.ts";
import type { Answer } from "./answer.ts";
import type { Call, RepositoryCall } from "./call.ts";

/**
 * One operation. `path` is written as in GitHub's OpenAPI description, so that a description of it can be looked up by
 * method and path.
 */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handle: (call: Call) => Promise<Answer> | Answer;
  /** Set where the path names a repository: what its caller must be allowed there. */
  readonly needs?: Permission;
  /** The caller must be somebody. */
  readonly signedIn?: boolean;
}

/** A route that anybody may call. */
export const open = (method: string, path: string, handle: Route["handle"]): Route => ({ method, path, handle });

/** A route that needs a credential. */
export const signedIn = (method: string, path: string, handle: Route["handle"]): Route => ({
  method,
  path,
  handle,
  signedIn: true,
});

/**
 * A route on `/repos/{owner}/{repo}…`: the server finds the repository, hides it (404) from who may not read it, and
 * refuses (401, 403) who may not do `needs`.
 */
export const onRepository = (
  method: string,
  path: string,
  needs: Permission,
  handle: (call: RepositoryCall) => Promise<Answer> | Answer,
): Route => ({ method, path, needs, handle: handle as Route["handle"] });

/** Variables that hold slashes: a branch, a ref, a file's path. */
const greedy = new Set(["path", "ref", "branch", "basehead", "dir", "assets"]);

/** The root of the files, and the prefix of all refs; clients leave the slash before nothing out. */
const mayBeEmpty = (path: string, name: string): boolean =>
  name === "path" || (name === "ref" && path.endsWith("/matching-refs/{ref}"));

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly literals: number;
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  let literals = 0;
  const source = route.path.replace(/\/?\{(\w+)\}|[^{}/]+|\//g, (piece, name: string | undefined) => {
    if (name === undefined) {
      literals += piece.length;
      return piece.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    }
    names.push(name);
    const slash = piece.startsWith("/") ? "/" : "";
    if (mayBeEmpty(route.path, name)) return `(?:${slash}(.*))?`;
    return `${slash}${greedy.has(name) ? "(.+)" : "([^/]+)"}`;
  });
  return { route, names, literals, pattern: new RegExp(`^${source}/?$`) };
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by method and raw path. Where two match, the one with more literal text wins. */
export class Router {
  readonly #byMethod = new Map<string, Compiled[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const list = this.#byMethod.get(route.method) ?? [];
      list.push(compile(route));
      this.#byMethod.set(route.method, list);
    }
    for (const list of this.#byMethod.values()) list.sort((a, b) => b.literals - a.literals);
  }

  /** `path` is not yet decoded. A path that cannot be decoded matches nothing. */
  match(method: string, path: string): Match | undefined {
    for (const { route, pattern, names } of this.#byMethod.get(method === "HEAD" ? "GET" : method) ?? []) {
      const found = pattern.exec(path);
      if (!found) continue;
      const params: Record<string, string> = {};
      try {
        for (const [index, name] of names.entries()) params[name] = decodeURIComponent(found[index + 1] ?? "");
      } catch {
        return undefined; // a malformed escape names nothing that is here
      }
      return { route, params };
    }
    return undefined;
  }
}
