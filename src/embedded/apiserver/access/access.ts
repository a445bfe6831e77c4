import type { Cluster } from "../cluster.ts";
import type { ResourcePath } from "../http/path.ts";
import type { Route } from "../http/route.ts";
import { forbidden, StatusError, unauthorized } from "../http/status.ts";
import { Authenticator, type TokenUser } from "./authenticator.ts";
import { Authorizer } from "./authorizer.ts";
import type { User } from "./user.ts";

/** Who makes requests, and what they may do. */
export class Access {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;

  constructor(cluster: Cluster, options: { token: string; signingKey: string; users: readonly TokenUser[] }) {
    this.authenticator = new Authenticator(cluster, options);
    this.authorizer = new Authorizer(cluster);
  }

  /** The user of a request. Throws 401. */
  user(authorization: string | undefined): User {
    const user = this.authenticator.user(authorization);
    if (!user) throw unauthorized();
    return user;
  }

  /** Throws 403 when the user may not use a resource like this. */
  checkResource(user: User, { verb, path }: Pick<Route, "verb" | "path">): void {
    const { group, plural, namespace, name, subresource } = path;
    const attempt = { verb, group, resource: plural, subresource, namespace, name };
    if (this.authorizer.decide(user, attempt).allowed) return;
    const resource = subresource === "" ? plural : `${plural}/${subresource}`;
    const place = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
    const what = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${place}`;
    throw forbidden({ group, plural, kind: "" }, name, what);
  }

  /** Throws 403 when the user may not ask the question at this path. */
  checkReview(user: User, path: ResourcePath): void {
    this.checkResource(user, { verb: "create", path });
  }

  /** Throws 403 when the user may not use a path outside of the stored resources. */
  checkPath(user: User, verb: string, path: string): void {
    if (this.authorizer.decide(user, { verb, path }).allowed) return;
    throw new StatusError(403, "Forbidden", `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
  }
}
