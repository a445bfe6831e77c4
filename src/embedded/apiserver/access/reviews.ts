import type { Cluster } from "../cluster.ts";
import { virtualResources } from "../discovery/groups.ts";
import type { ResourcePath } from "../http/path.ts";
import { badRequest, notFound } from "../http/status.ts";
import { isRecord } from "../object.ts";
import type { Access } from "./access.ts";
import type { Attempt } from "./rule.ts";
import type { User } from "./user.ts";

/** A POST to a resource that answers a question. */
export interface Question {
  readonly path: ResourcePath;
  readonly user: User;
  readonly body: unknown;
}

type Review = (question: Question) => object;

/** Answers questions about who somebody is and what they may do. */
export class Reviews {
  readonly #cluster: Cluster;
  readonly #access: Access;
  readonly #kinds: Readonly<Record<string, Review>>;

  constructor(cluster: Cluster, access: Access) {
    this.#cluster = cluster;
    this.#access = access;
    this.#kinds = {
      "authentication.k8s.io/selfsubjectreviews": ({ user }) => ({ status: { userInfo: userInfo(user) } }),
      "authentication.k8s.io/tokenreviews": (question) => this.#tokenReview(question),
      "authorization.k8s.io/selfsubjectaccessreviews": ({ user, body }) => this.#accessReview(user, body),
      "authorization.k8s.io/selfsubjectrulesreviews": (question) => this.#rulesReview(question),
      "authorization.k8s.io/subjectaccessreviews": ({ body }) => this.#accessReview(subjectOf(body), body),
      "authorization.k8s.io/localsubjectaccessreviews": ({ body }) => this.#accessReview(subjectOf(body), body),
    };
  }

  /** The review that a path asks for; undefined when it asks for none. */
  find({ group, version, plural, namespace, name, subresource }: ResourcePath): Review | undefined {
    if (version !== "v1") return undefined;
    const token = group === "" && plural === "serviceaccounts" && subresource === "token";
    if (token) return (question) => this.#tokenRequest(question);
    const local = plural === "localsubjectaccessreviews";
    if (name !== "" || (namespace !== "") !== local) return undefined;
    return this.#kinds[`${group}/${plural}`];
  }

  /** A review as it is answered: with its kind and metadata. */
  complete({ group, subresource, plural }: ResourcePath, answer: object, body: unknown): object {
    const token = subresource === "token";
    const kind = token ? "TokenRequest" : virtualResources.find((each) => each.plural === plural)?.kind;
    const apiVersion = token ? "authentication.k8s.io/v1" : `${group}/v1`;
    const metadata = isRecord(body) && isRecord(body["metadata"]) ? body["metadata"] : {};
    return { kind, apiVersion, metadata, ...answer };
  }

  #accessReview(user: User, body: unknown): object {
    const spec = specOf(body);
    const { allowed, reason } = this.#access.authorizer.decide(user, attemptOf(spec));
    return { spec, status: { allowed, ...(reason !== "" && { reason }) } };
  }

  #rulesReview({ user, body }: Question): object {
    const spec = specOf(body);
    const namespace = textOf(spec, "namespace");
    if (namespace === "") throw badRequest("no namespace on request");
    const rules = this.#access.authorizer.rules(user, namespace);
    const { resourceRules, nonResourceRules } = {
      resourceRules: rules.filter((rule) => rule.nonResourceURLs === undefined),
      nonResourceRules: rules.filter((rule) => rule.nonResourceURLs !== undefined),
    };
    return { spec: {}, status: { resourceRules, nonResourceRules, incomplete: false } };
  }

  #tokenReview({ body }: Question): object {
    const spec = specOf(body);
    const user = this.#access.authenticator.userOfToken(textOf(spec, "token"));
    return { spec, status: user ? { authenticated: true, user: userInfo(user) } : {} };
  }

  #tokenRequest({ path, body }: Question): object {
    const { namespace, name } = path;
    const account = this.#cluster.store.get("serviceaccounts", namespace, name);
    if (!account) throw notFound({ group: "", plural: "serviceaccounts", kind: "ServiceAccount" }, name);
    const spec = specOf(body);
    const audiences = Array.isArray(spec["audiences"]) ? spec["audiences"].map(String) : [];
    const expirationSeconds = Number(spec["expirationSeconds"] ?? 3600);
    const expires = Math.floor(this.#cluster.clock.now().getTime() / 1_000) + expirationSeconds;
    const token = this.#access.authenticator.issue({ namespace, name, uid: account.uid }, audiences, expires);
    const expirationTimestamp = new Date(expires * 1_000).toISOString().replace(".000Z", "Z");
    return { spec: { ...spec, expirationSeconds }, status: { token, expirationTimestamp } };
  }
}

const userInfo = ({ name, uid, groups }: User): object => ({ username: name, ...(uid && { uid }), groups });

function specOf(body: unknown): Record<string, unknown> {
  const spec = isRecord(body) ? body["spec"] : undefined;
  return isRecord(spec) ? spec : {};
}

const textOf = (value: Record<string, unknown>, key: string): string => {
  const text = value[key];
  return typeof text === "string" ? text : "";
};

function subjectOf(body: unknown): User {
  const spec = specOf(body);
  const groups = Array.isArray(spec["groups"]) ? spec["groups"].map(String) : [];
  return { name: textOf(spec, "user"), groups };
}

function attemptOf(spec: Record<string, unknown>): Attempt {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  if (isRecord(path)) return { verb: textOf(path, "verb"), path: textOf(path, "path") };
  if (!isRecord(resource))
    throw badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
  return {
    verb: textOf(resource, "verb"),
    group: textOf(resource, "group"),
    resource: textOf(resource, "resource"),
    subresource: textOf(resource, "subresource"),
    namespace: textOf(resource, "namespace"),
    name: textOf(resource, "name"),
  };
}
