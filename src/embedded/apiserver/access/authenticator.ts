import { createHash } from "node:crypto";
import type { Cluster } from "../cluster.ts";
import { issueToken, readToken } from "./token.ts";
import { admin, everybody, serviceAccount, type User } from "./user.ts";

/** A user with a token of their own, for tests of what a role allows. */
export interface TokenUser {
  readonly token: string;
  readonly name: string;
  readonly groups?: readonly string[];
}

/** Tokens are looked up by their digest, so that the time it takes says nothing about them. */
const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Knows who a bearer token belongs to. */
export class Authenticator {
  readonly #cluster: Cluster;
  readonly #signingKey: string;
  readonly #users = new Map<string, User>();
  /** Headers that were found good: hashing the same token for every request would cost more than most answers. */
  readonly #known = new Map<string, User>();

  constructor(cluster: Cluster, options: { token: string; signingKey: string; users: readonly TokenUser[] }) {
    this.#cluster = cluster;
    this.#signingKey = options.signingKey;
    this.#users.set(digest(options.token), admin);
    for (const { token, name, groups = [] } of options.users) {
      this.#users.set(digest(token), { name, groups: [...groups, everybody] });
    }
  }

  /** The user of an `Authorization` header. */
  user(authorization = ""): User | undefined {
    const known = this.#known.get(authorization);
    if (known) return known;
    const [scheme = "", token = ""] = authorization.split(" ");
    if (scheme.toLowerCase() !== "bearer") return undefined;
    const user = this.#users.get(digest(token));
    if (user) this.#known.set(authorization, user);
    return user ?? this.#account(token);
  }

  userOfToken(token: string): User | undefined {
    return this.#users.get(digest(token)) ?? this.#account(token);
  }

  #account(token: string): User | undefined {
    const { store, clock } = this.#cluster;
    const claims = readToken(token, this.#signingKey, clock.now());
    if (!claims) return undefined;
    const { namespace, name, uid } = claims;
    // A token dies with its account.
    return store.get("serviceaccounts", namespace, name)?.uid === uid
      ? serviceAccount(namespace, name, uid)
      : undefined;
  }

  /** A token for a service account, good until `expires` (seconds since 1970). */
  issue(
    account: { namespace: string; name: string; uid: string },
    audiences: readonly string[],
    expires: number,
  ): string {
    return issueToken({ ...account, audiences, expires }, this.#signingKey);
  }
}
