import { createHash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { installations } from "./app/record.ts";
import { type Clock, timestamp } from "./clock.ts";
import { forbidden, notFound, Problem } from "./http/problem.ts";
import {
  collaborators,
  type Permission,
  type Repository,
  type Token,
  tokens,
  type User,
  users,
} from "./store/record.ts";
import type { Reader, Transaction } from "./store/store.ts";

/** Who asks. `token` is undefined for a caller that proved itself another way, such as an app with its key. */
export interface Caller {
  readonly user: User;
  readonly token: Token | undefined;
  /** Names the credential without giving it away; quotas are counted by it. */
  readonly credential: string;
  /** Set where an app speaks for itself. */
  readonly app?: number;
}

/** Whose limits a request counts against: an installation's, or else the user's, whatever token it came with. */
export const accountOf = (caller: Caller | undefined): string => {
  const installation = caller?.token?.installation;
  if (installation) return `installation ${installation.id}`;
  return caller ? `user ${caller.user.login}` : "anonymous";
};

/** Turns a secret that is no token of the forge (such as an app's signed JWT) into a caller, or knows it not. */
export type Scheme = (secret: string) => Caller | undefined;

const order = ["none", "read", "write", "admin"] as const;
const atLeast = (has: Permission | "none", needs: Permission): boolean => order.indexOf(has) >= order.indexOf(needs);
const lower = (a: Permission | "none", b: Permission): Permission | "none" => (atLeast(a, b as Permission) ? b : a);

/** The key under which a token is stored. */
export const tokenKey = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Makes a token for `login`; the secret is given back once and kept nowhere. */
export function addToken(
  transaction: Transaction,
  login: string,
  options: Partial<Token> & { readonly secret?: string; readonly prefix?: string } = {},
): string {
  const { secret = `${options.prefix ?? "ghp_"}${randomBytes(27).toString("hex").slice(0, 36)}`, ...token } = options;
  transaction.put(tokens, "", tokenKey(secret), {
    login,
    expiresAt: token.expiresAt ?? null,
    atMost: token.atMost ?? "admin",
    repositories: token.repositories ?? null,
    installation: token.installation ?? null,
  });
  return secret;
}

/** The secret in an Authorization header: `Bearer`, `token`, or Basic with the token as password (or as user). */
export function secretOf(headers: IncomingHttpHeaders): string | undefined {
  const [, scheme = "", value = ""] = /^(\S+)\s+(\S+)\s*$/.exec(headers.authorization ?? "") ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const [user = "", ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  const secret = password.join(":");
  return secret === "" || secret === "x-oauth-basic" ? user : secret;
}

/** Who sent the request; undefined without a credential, 401 with a wrong one. */
export function identify(
  reader: Reader,
  clock: Clock,
  headers: IncomingHttpHeaders,
  schemes: readonly Scheme[],
): Caller | undefined {
  const secret = secretOf(headers);
  if (secret === undefined) {
    if (headers.authorization) throw new Problem(401, "Bad credentials");
    return undefined;
  }
  const credential = tokenKey(secret);
  const token = reader.get(tokens, "", credential);
  const user = token && reader.get(users, "", token.login.toLowerCase());
  if (token && user && (token.expiresAt === null || token.expiresAt > timestamp(clock))) {
    return { user, token, credential };
  }
  for (const scheme of schemes) {
    const caller = scheme(secret);
    if (caller) return caller;
  }
  throw new Problem(401, "Bad credentials");
}

function ownPermission(reader: Reader, caller: Caller, repository: Repository): Permission | "none" {
  const installation = caller.token?.installation;
  if (installation) {
    if (installation.permissions["administration"] === "write") return "admin";
    return Object.values(installation.permissions).includes("write") ? "write" : "read";
  }
  const login = caller.user.login.toLowerCase();
  const owner = repository.owner.toLowerCase();
  if (caller.user.siteAdmin || login === owner) return "admin";
  const direct = reader.get(collaborators, repository.id, login);
  if (direct) return direct;
  return reader.get(collaborators, owner, login) ?? (repository.private ? "none" : "read");
}

/** The most that the caller may do on the repository. */
export function permissionOf(reader: Reader, caller: Caller | undefined, repository: Repository): Permission | "none" {
  const anonymous = repository.private ? "none" : "read";
  if (!caller) return anonymous;
  if (caller.app !== undefined && !caller.token) return anonymous;
  const only = caller.token?.repositories;
  if (only && !only.includes(repository.id)) return anonymous;
  const seat = caller.token?.installation && reader.get(installations, "", caller.token.installation.id);
  if (seat && seat.account.toLowerCase() !== repository.owner.toLowerCase()) return anonymous;
  return lower(ownPermission(reader, caller, repository), caller.token?.atMost ?? "admin");
}

/** Throws what GitHub answers to a caller that may not do `needs`: 404, 401 or 403. */
export function demand(reader: Reader, caller: Caller | undefined, repository: Repository, needs: Permission): void {
  const has = permissionOf(reader, caller, repository);
  if (atLeast(has, needs)) return;
  if (has === "none") throw notFound();
  if (!caller) throw new Problem(401, "Requires authentication");
  if (needs === "admin") throw forbidden("Must have admin rights to Repository.");
  throw forbidden(
    caller.token?.installation
      ? "Resource not accessible by integration"
      : "Resource not accessible by personal access token",
  );
}

/** The caller, or 401. */
export function somebody(caller: Caller | undefined): Caller {
  if (!caller) throw new Problem(401, "Requires authentication");
  return caller;
}
