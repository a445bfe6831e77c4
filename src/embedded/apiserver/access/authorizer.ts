import type { Cluster } from "../cluster.ts";
import type { KubeObject } from "../object.ts";
import { parseEntry } from "../store/entry.ts";
import { type Attempt, allows, type Rule } from "./rule.ts";
import { isMaster, type User } from "./user.ts";

const rbac = "rbac.authorization.k8s.io";

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** A role that somebody has. */
interface Grant {
  readonly rules: readonly Rule[];
  /** How an answer explains it. */
  readonly reason: string;
}

/** Decides by the stored roles and bindings. */
export class Authorizer {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  decide(user: User, attempt: Attempt): Decision {
    if (isMaster(user)) return { allowed: true, reason: "" };
    const namespace = "path" in attempt ? "" : attempt.namespace;
    for (const { rules, reason } of this.#grants(user, namespace)) {
      if (rules.some((rule) => allows(rule, attempt))) return { allowed: true, reason };
    }
    return { allowed: false, reason: "" };
  }

  /** Every rule that a user has in a namespace. */
  rules(user: User, namespace: string): Rule[] {
    return [...this.#grants(user, namespace)].flatMap(({ rules }) => rules);
  }

  *#grants(user: User, namespace: string): Generator<Grant> {
    yield* this.#bound(user, "ClusterRoleBinding", "");
    if (namespace !== "") yield* this.#bound(user, "RoleBinding", namespace);
  }

  *#bound(user: User, kind: string, namespace: string): Generator<Grant> {
    for (const entry of this.#cluster.store.entries(`${kind.toLowerCase()}s.${rbac}`, namespace)) {
      const binding = parseEntry(entry);
      const subject = subjectsOf(binding).find((each) => isSubject(user, each, namespace));
      if (!subject) continue;
      const role = binding["roleRef"] as { readonly kind: string; readonly name: string };
      const place = namespace === "" ? entry.name : `${entry.name}/${namespace}`;
      const who =
        subject.kind === "ServiceAccount" ? `"${subject.name}/${subject.namespace ?? namespace}"` : `"${subject.name}"`;
      const reason = `RBAC: allowed by ${kind} "${place}" of ${role.kind} "${role.name}" to ${subject.kind} ${who}`;
      yield { rules: this.#rulesOf(role, namespace), reason };
    }
  }

  #rulesOf({ kind, name }: { readonly kind: string; readonly name: string }, namespace: string): readonly Rule[] {
    const cluster = kind === "ClusterRole";
    const entry = this.#cluster.store.get(`${kind.toLowerCase()}s.${rbac}`, cluster ? "" : namespace, name);
    if (!entry) return [];
    const role = parseEntry(entry);
    return [...rulesOf(role), ...this.#aggregated(role)];
  }

  /** The rules of the roles that an aggregating role selects by their labels. */
  #aggregated(role: KubeObject): Rule[] {
    const { clusterRoleSelectors = [] } = (role["aggregationRule"] ?? {}) as {
      clusterRoleSelectors?: readonly { matchLabels?: Readonly<Record<string, string>> }[];
    };
    if (clusterRoleSelectors.length === 0) return [];
    return [...this.#cluster.store.entries(`clusterroles.${rbac}`)]
      .filter(({ labels }) =>
        clusterRoleSelectors.some(({ matchLabels = {} }) =>
          Object.entries(matchLabels).every(([key, value]) => labels[key] === value),
        ),
      )
      .flatMap((entry) => rulesOf(parseEntry(entry)));
  }
}

const rulesOf = (role: KubeObject): readonly Rule[] => (role["rules"] ?? []) as readonly Rule[];
const subjectsOf = (binding: KubeObject): readonly Subject[] => (binding["subjects"] ?? []) as readonly Subject[];

function isSubject(user: User, { kind, name, namespace }: Subject, home: string): boolean {
  if (kind === "User") return user.name === name;
  if (kind === "Group") return user.groups.includes(name);
  return kind === "ServiceAccount" && user.name === `system:serviceaccount:${namespace ?? home}:${name}`;
}
