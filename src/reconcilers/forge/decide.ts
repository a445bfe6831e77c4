import type { Finding, Verdict } from "../conditions.ts";
import type { MissingSecret, Observed } from "./observe.ts";

/** Every reason that a Forge gives, and what it means for the object. */
export const verdicts = {
  CredentialAccepted: "ready",
  Throttled: "progressing",
  UseNotRecorded: "progressing",
  Suspended: "stalled",
  SecretMissing: "stalled",
  WebhookSecretMissing: "stalled",
  CredentialRefused: "stalled",
} as const satisfies Record<string, Verdict>;

export type Reason = keyof typeof verdicts;

const found = (reason: Reason, message: string): Finding => ({ verdict: verdicts[reason], reason, message });

/** What to say about a forge. */
export function decide(observed: Observed): Finding {
  const { forge, credential, webhook } = observed;
  const { namespace } = forge.metadata;
  if (forge.spec.suspend) {
    return found("Suspended", "spec.suspend is true, so nothing is done on this forge: set it to false to go on");
  }
  if (credential) return found("SecretMissing", `${lacks(credential)}: ${remedy(credential, namespace, "VALUE")}`);
  if (webhook) {
    const message = `${lacks(webhook)}, so every delivery is refused: ${remedy(webhook, namespace, '"$(openssl rand -hex 32)"')}`;
    return found("WebhookSecretMissing", message);
  }
  return judge(observed);
}

/** What to say about a forge that may be asked. */
function judge({ forge, identity, content, throttledUntil, now }: Observed): Finding {
  const { name } = forge.metadata;
  switch (identity.is) {
    case "refused":
      return found(
        "CredentialRefused",
        `${identity.message}: put a credential that is accepted into the Secret that Forge ${name} names`,
      );
    case "known": {
      const problem = content?.problem;
      if (problem === undefined) return found("CredentialAccepted", `acts as ${identity.login}`);
      const message = `no pull request and no comment is created, since it could not be counted after a restart: ${problem}; it is tried again`;
      return found("UseNotRecorded", message);
    }
    case "unasked": {
      const until = (throttledUntil ?? now).toISOString();
      return found("Throttled", `the forge asked for a pause until ${until}; all that needs it waits`);
    }
  }
}

const lacks = ({ field, name, key, why }: MissingSecret): string =>
  why === "missing"
    ? `${field}: there is no Secret ${name} with a key ${key}`
    : `${field}: key ${key} of Secret ${name} is empty`;

function remedy({ name, key, why }: MissingSecret, namespace: string, value: string): string {
  const make = `kubectl -n ${namespace} create secret generic ${name} --from-literal=${key}=${value}`;
  return why === "missing" ? make : `kubectl -n ${namespace} delete secret ${name} && ${make}`;
}
