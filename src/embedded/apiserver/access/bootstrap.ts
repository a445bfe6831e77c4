import type { Rule } from "./rule.ts";
import { everybody } from "./user.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";
const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };

function role(name: string, group: string, rules: readonly Rule[]): object[] {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }];
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name, labels }, rules },
    { apiVersion, kind: "ClusterRoleBinding", metadata: { name, labels }, roleRef, subjects },
  ];
}

const health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

/** What every cluster starts with: one who may do all, and what everybody may know. */
export const firstRoles: readonly object[] = [
  ...role("cluster-admin", "system:masters", [
    { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
    { nonResourceURLs: ["*"], verbs: ["*"] },
  ]),
  ...role("system:basic-user", everybody, [
    {
      apiGroups: ["authorization.k8s.io"],
      resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
      verbs: ["create"],
    },
    { apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"], verbs: ["create"] },
  ]),
  ...role("system:discovery", everybody, [
    {
      nonResourceURLs: [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
      ],
      verbs: ["get"],
    },
  ]),
  ...role("system:service-account-issuer-discovery", "system:serviceaccounts", [
    {
      nonResourceURLs: [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/",
        "/openid/v1/jwks",
        "/openid/v1/jwks/",
      ],
      verbs: ["get"],
    },
  ]),
  ...role("system:public-info-viewer", everybody, [{ nonResourceURLs: health, verbs: ["get"] }]),
];
