import type { KubeObject } from "../object.ts";
import type { Behaviour } from "../resource/resource.ts";
import { type FieldError, invalid, notSupported, required } from "../schema/field-error.ts";
import { equal } from "../schema/json.ts";
import { listAt, textAt } from "./cells.ts";

const rbac = "rbac.authorization.k8s.io";

/** Names of roles and bindings may hold anything that a path can, such as `system:discovery`. */
function nameErrors(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
}

/** Roles of namespaces and of the cluster. */
export const ruleBehaviour: Behaviour = {
  nameErrors,
  validate: (role) =>
    listAt(role, "rules").flatMap((rule, at) => ruleErrors(rule, `rules[${at}]`, role.kind === "Role")),
};

function ruleErrors(rule: unknown, path: string, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const [groups, resources, names] = ["apiGroups", "resources", "resourceNames"].map((key) => listAt(rule, key));
  const paths = listAt(rule, "nonResourceURLs");
  if (listAt(rule, "verbs").length === 0) {
    errors.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  }
  if (paths.length > 0) {
    const wrong = (why: string): FieldError => invalid(`${path}.nonResourceURLs`, paths, why);
    if (namespaced) errors.push(wrong("namespaced rules cannot apply to non-resource URLs"));
    if (groups!.length + resources!.length + names!.length > 0) {
      errors.push(wrong("rules cannot apply to both regular resources and non-resource URLs"));
    }
    return errors;
  }
  if (groups!.length === 0) {
    errors.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  }
  if (resources!.length === 0) {
    errors.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  }
  return errors;
}

/** Bindings of roles; what a binding refers to never changes. */
export const bindingBehaviour: Behaviour = {
  nameErrors,

  prepare(binding) {
    const role = binding["roleRef"] as Record<string, unknown> | undefined;
    if (role) role["apiGroup"] ??= rbac;
    for (const subject of listAt(binding, "subjects") as Record<string, unknown>[]) {
      if (subject["kind"] === "User" || subject["kind"] === "Group") subject["apiGroup"] ??= rbac;
    }
  },

  validate(binding, before) {
    const errors = roleRefErrors(binding);
    const cluster = binding.kind === "ClusterRoleBinding";
    for (const [at, subject] of listAt(binding, "subjects").entries()) {
      errors.push(...subjectErrors(subject, `subjects[${at}]`, cluster));
    }
    if (before && !equal(binding["roleRef"], before["roleRef"])) {
      errors.push(invalid("roleRef", binding["roleRef"], "cannot change roleRef"));
    }
    return errors;
  },
};

function roleRefErrors(binding: KubeObject): FieldError[] {
  const kinds = binding.kind === "RoleBinding" ? ["ClusterRole", "Role"] : ["ClusterRole"];
  const [group, kind, name] = ["apiGroup", "kind", "name"].map((key) => textAt(binding, "roleRef", key));
  return [
    ...(group === rbac ? [] : [notSupported("roleRef.apiGroup", group, [rbac])]),
    ...(kinds.includes(kind!) ? [] : [notSupported("roleRef.kind", kind, kinds)]),
    ...(name === "" ? [required("roleRef.name")] : nameErrors(name!).map((why) => invalid("roleRef.name", name, why))),
  ];
}

function subjectErrors(subject: unknown, path: string, cluster: boolean): FieldError[] {
  const kind = textAt(subject, "kind");
  const group = textAt(subject, "apiGroup");
  const errors = textAt(subject, "name") === "" ? [required(`${path}.name`)] : [];
  if (kind === "ServiceAccount") {
    if (group !== "") errors.push(notSupported(`${path}.apiGroup`, group, [""]));
    if (cluster && textAt(subject, "namespace") === "") errors.push(required(`${path}.namespace`));
  } else if (kind === "User" || kind === "Group") {
    if (group !== rbac) errors.push(notSupported(`${path}.apiGroup`, group, [rbac]));
  } else errors.push(notSupported(`${path}.kind`, kind, ["Group", "ServiceAccount", "User"]));
  return errors;
}
