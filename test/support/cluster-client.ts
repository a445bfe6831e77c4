import { type Client, createClient, type KubeObject, type Resource } from "../../src/controller/client.ts";
import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";
import { createTransport } from "../../src/controller/transport.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { kinds } from "../../src/schema/index.ts";
import { eventually } from "./eventually.ts";

/** A client by a kubeconfig's path. Close it, or it keeps the process alive. */
export async function clientFor(kubeconfig: string): Promise<Client & { close(): Promise<void> }> {
  const { access } = await loadKubeConfig({ from: "file", path: kubeconfig });
  const transport = createTransport(access, { userAgent: "millrace-test", random: () => 0.5 });
  return Object.assign(createClient(transport), { close: () => transport.close() });
}

const definitions: Resource = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};
export const secrets: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };

/** Applies our CRDs, and waits until the server serves and checks them. */
export async function applyDefinitions(client: Client): Promise<void> {
  for (const kind of kinds)
    await client.apply(definitions, crdOf(kind) as never, { fieldManager: "test", force: true });
  for (const { resource } of kinds) {
    await eventually(
      `${resource.plural} are served`,
      async () => (await listAll(client, resource, "default")) !== undefined,
      30,
    );
  }
}

export async function listAll(client: Client, resource: Resource, namespace: string): Promise<readonly KubeObject[]> {
  const items: KubeObject[] = [];
  for await (const page of client.list(resource, { namespace })) items.push(...page.items);
  return items;
}
