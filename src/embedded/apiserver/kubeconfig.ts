/** A kubeconfig text for one cluster, one user with a bearer token, and the namespace `default`. */
export function kubeconfig(access: { readonly url: string; readonly ca: string; readonly token: string }): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- name: millrace",
    "  cluster:",
    `    server: ${access.url}`,
    `    certificate-authority-data: ${Buffer.from(access.ca).toString("base64")}`,
    "users:",
    "- name: admin",
    "  user:",
    `    token: ${JSON.stringify(access.token)}`,
    "contexts:",
    "- name: millrace",
    "  context:",
    "    cluster: millrace",
    "    user: admin",
    "    namespace: default",
    "current-context: millrace",
    "",
  ].join("\n");
}
