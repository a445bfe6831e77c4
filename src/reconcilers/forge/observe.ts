import type { Forge } from "../../schema/forge.ts";
import type { SecretRef } from "../../schema/object.ts";
import { ForgeError } from "../errors.ts";
import type { Forges, Forge as Host, Quota } from "../forge-port.ts";
import type { Secrets } from "../ports.ts";

/** Annotation that the gateway writes, at most once a minute, when a delivery with a good signature came in. */
export const lastWebhookAt = "millrace.dev/lastWebhookAt";

/** A secret that the Forge names and that is not there, or is empty. */
export interface MissingSecret extends SecretRef {
  readonly field: string;
  readonly why: "missing" | "empty";
}

/** What asking the forge who we are came to. */
export type Identity =
  | { readonly is: "known"; readonly login: string }
  | { readonly is: "refused"; readonly message: string }
  /** It was not asked: suspended, throttled, or without a secret to ask with. */
  | { readonly is: "unasked" };

/** Everything that `decide` may rest on. */
export interface Observed {
  readonly forge: Forge;
  readonly credential: MissingSecret | undefined;
  readonly webhook: MissingSecret | undefined;
  readonly identity: Identity;
  readonly quota: Quota | undefined;
  readonly throttledUntil: Date | undefined;
  /** How the limit on creating content is used; undefined where the forge was not reached. */
  readonly content: ReturnType<Host["content"]> | undefined;
  readonly now: Date;
}

interface World {
  readonly forges: Forges;
  readonly secrets: Secrets;
}

/** Looks for the secrets, then asks the forge who we are. */
export async function observe(
  forge: Forge,
  { forges, secrets }: World,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<Observed> {
  const unasked = { forge, identity: { is: "unasked" }, ...unknown, now } as const;
  if (forge.spec.suspend) return { ...unasked, credential: undefined, webhook: undefined };
  const absent = (refs: readonly Named[]) => firstMissing(refs, forge.metadata.namespace, secrets, signal);
  const credential = await absent(credentialsOf(forge));
  const webhook = await absent(webhookSecretsOf(forge));
  if (credential) return { ...unasked, credential, webhook };

  const host = await forges.of(forge, signal);
  const { throttledUntil } = host.quota();
  if (throttledUntil && throttledUntil > now) return { ...unasked, credential, webhook, ...told(host) };
  const identity = await askWho(() => host.identity(signal));
  return { forge, credential, webhook, identity, ...told(host), now };
}

const unknown = { quota: undefined, throttledUntil: undefined, content: undefined };

/** What the governor counts. */
const told = (host: Host): Pick<Observed, "quota" | "throttledUntil" | "content"> => ({
  ...host.quota(),
  content: host.content(),
});

interface Named extends SecretRef {
  readonly field: string;
}

function credentialsOf({ spec: { credentials } }: Forge): readonly Named[] {
  const { tokenSecretRef: token, app } = credentials;
  if (token) return [{ ...token, field: "spec.credentials.tokenSecretRef" }];
  return app ? [{ ...app.privateKeySecretRef, field: "spec.credentials.app.privateKeySecretRef" }] : [];
}

const webhookSecretsOf = ({ spec: { webhook } }: Forge): readonly Named[] =>
  (webhook?.secretRefs ?? []).map((ref, index) => ({ ...ref, field: `spec.webhook.secretRefs[${index}]` }));

async function firstMissing(
  refs: readonly Named[],
  namespace: string,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<MissingSecret | undefined> {
  for (const ref of refs) {
    const value = await secrets.read(namespace, ref, signal);
    if (value === undefined) return { ...ref, why: "missing" };
    if (value.trim() === "") return { ...ref, why: "empty" };
  }
  return undefined;
}

/** A refusal is a fact about the credential. Every other failure is one of the moment, and stays an error. */
async function askWho(ask: () => Promise<{ readonly login: string }>): Promise<Identity> {
  try {
    const { login } = await ask();
    return { is: "known", login };
  } catch (error) {
    if (error instanceof ForgeError && error.code === "denied") return { is: "refused", message: error.message };
    throw error;
  }
}
