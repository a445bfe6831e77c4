import type { IncomingHttpHeaders } from "node:http";
import type { Cluster } from "../cluster.ts";
import type { ResourcePath } from "../http/path.ts";
import type { Route } from "../http/route.ts";
import { forbidden, StatusError, unauthorized } from "../http/status.ts";
import { Authenticator, type TokenUser } from "./authenticator.ts";
import { Authorizer } from "./authorizer.ts";
import { everybody, isMaster, serviceAccount, type User } from "./user.ts";

/** Who makes requests, and what they may do. */
export class Access {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;

  constructor(cluster: Cluster, options: { token: string; signingKey: string; users: readonly TokenUser[] }) {
    this.authenticator = new Authenticator(cluster, options);
    this.authorizer = new Authorizer(cluster);
  }

  /** The user of a request, or whom they pose as. Throws 401 and 403. */
  user(headers: IncomingHttpHeaders): User {
    const user = this.authenticator.user(headers.authorization);
    if (!user) throw unauthorized();
    const name = headers["impersonate-user"];
    if (typeof name !== "string" || name === "") return user;
    if (!isMaster(user)) throw forbidden({ group: "", plural: "users", kind: "" }, name, cannotImpersonate(user));
    const account = /^system:serviceaccount:(?<namespace>[^:]+):(?<name>[^:]+)$/.exec(name)?.groups;
    if (account) return serviceAccount(account["namespace"]!, account["name"]!, "");
    const asked = headers["impersonate-group"];
    const groups = Array.isArray(asked) ? asked : (asked?.split(/,\s*/) ?? []);
    return { name, groups: [...groups, everybody] };
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

const cannotImpersonate = ({ name }: User): string =>
  `User "${name}" cannot impersonate resource "users" in API group "" at the cluster scope`;
