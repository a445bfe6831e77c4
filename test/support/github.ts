import { setTimeout as sleep } from "node:timers/promises";
import { createForges } from "../../src/forge/forges.ts";
import type { Forge } from "../../src/reconcilers/forge-port.ts";
import type { Clock, Secrets } from "../../src/reconcilers/ports.ts";
import { Forge as ForgeKind } from "../../src/schema/forge.ts";
import { silent } from "./memory-host.ts";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal && { signal });
  },
};

/** A Forge object, as the cluster has it. */
export function forgeObject(spec: object, { namespace = "fleet", name = "github", uid = "uid-1" } = {}): ForgeKind {
  return ForgeKind.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Forge",
    metadata: { name, namespace, uid, generation: 1 },
    spec,
  });
}

/** Secrets by `namespace/name/key`. */
export const secretsOf = (values: Readonly<Record<string, string>>): Secrets => ({
  read: async (namespace, { name, key }) => values[`${namespace}/${name}/${key}`],
});

/** The adapter for an API and a token, as the controller would get it. */
export async function forgeOver({
  url,
  type = "GitHub",
  token = "s3cret",
  clock = systemClock,
}: {
  readonly url: string;
  readonly type?: "GitHub" | "Gitea";
  readonly token?: string;
  readonly clock?: Clock;
}): Promise<{ readonly forge: Forge; readonly close: () => Promise<void> }> {
  const secrets = secretsOf({ "fleet/github/token": token });
  const forges = createForges({ secrets, clock, random: () => 0.5, log: silent });
  const object = forgeObject({ type, url, credentials: { tokenSecretRef: { name: "github" } } });
  const { signal } = new AbortController();
  return { forge: await forges.of(object, signal), close: () => forges.close() };
}
