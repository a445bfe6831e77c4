import { setTimeout as wait } from "node:timers/promises";
import type { Rest } from "../../support/rest.ts";

/** A definition of a kind of the test's own. */
export const definition = (plural: string, kind: string, openAPIV3Schema: object): object => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.example.com` },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural, singular: kind.toLowerCase(), kind },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, subresources: { status: {} } }],
  },
});

/** Where objects of such a kind are written. */
export const pathOf = (plural: string): string => `/apis/example.com/v1/namespaces/default/${plural}`;

/** Defines a kind and waits until it is served. */
export async function define(rest: Rest, plural: string, kind: string, schema: object): Promise<void> {
  const { status, body } = await rest.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    body: definition(plural, kind, schema),
  });
  if (status !== 201) throw new Error(`${plural} was refused: ${String(body["message"])}`);
  for (let tries = 0; (await rest.call("GET", pathOf(plural))).status !== 200; tries++) {
    if (tries > 200) throw new Error(`${plural} is not served`);
    await wait(50);
  }
  // Writes are refused for a moment after reads work, while the storage of the kind is set up.
  const probe = { apiVersion: "example.com/v1", kind, metadata: { name: "probe" } };
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await rest.call("POST", `${pathOf(plural)}?dryRun=All`, { body: probe });
    if (status !== 404 && status !== 429 && status !== 503) return;
    await wait(50);
  }
}
