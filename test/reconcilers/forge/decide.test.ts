import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, verdicts } from "../../../src/reconcilers/forge/decide.ts";
import type { Observed } from "../../../src/reconcilers/forge/observe.ts";
import { Forge } from "../../../src/schema/forge.ts";

const object = (spec: object = {}): Forge =>
  Forge.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Forge",
    metadata: { name: "github", namespace: "fleet", uid: "1", generation: 1 },
    spec: { credentials: { tokenSecretRef: { name: "bot" } }, ...spec },
  });
const now = new Date("2026-01-01T00:00:00Z");
const well: Observed = {
  forge: object(),
  credential: undefined,
  webhook: undefined,
  identity: { is: "known", login: "bot" },
  quota: undefined,
  throttledUntil: undefined,
  content: { hour: 0, waiting: 0 },
  now,
};
const secret = { name: "bot", key: "token", field: "spec.credentials.tokenSecretRef" };

for (const [about, change, want] of [
  ["is content", {}, "CredentialAccepted: acts as bot"],
  [
    "says how to make a missing secret",
    { credential: { ...secret, why: "missing" } },
    "SecretMissing: spec.credentials.tokenSecretRef: there is no Secret bot with a key token: kubectl -n fleet create secret generic bot --from-literal=token=VALUE",
  ],
  [
    "does not take an empty one",
    { credential: { ...secret, why: "empty" } },
    "SecretMissing: spec.credentials.tokenSecretRef: key token of Secret bot is empty: kubectl -n fleet delete secret bot && kubectl -n fleet create secret generic bot --from-literal=token=VALUE",
  ],
  [
    "refuses deliveries without a secret",
    { webhook: { name: "hook", key: "s", field: "spec.webhook.secretRefs[0]", why: "missing" } },
    'WebhookSecretMissing: spec.webhook.secretRefs[0]: there is no Secret hook with a key s, so every delivery is refused: kubectl -n fleet create secret generic hook --from-literal=s="$(openssl rand -hex 32)"',
  ],
  [
    "reports a credential that is refused",
    { identity: { is: "refused", message: "could not ask who we are: 401" } },
    "CredentialRefused: could not ask who we are: 401: put a credential that is accepted into the Secret that Forge github names",
  ],
  [
    "waits until the forge wants to hear of us again",
    { identity: { is: "unasked" }, throttledUntil: new Date("2026-01-01T00:10:00Z") },
    "Throttled: the forge asked for a pause until 2026-01-01T00:10:00.000Z; all that needs it waits",
  ],
  [
    "says that nothing is created while that cannot be put on record",
    { content: { hour: 3, waiting: 2, problem: "the record cannot be saved" } },
    "UseNotRecorded: no pull request and no comment is created, since it could not be counted after a restart: the record cannot be saved; it is tried again",
  ],
  [
    "does nothing while suspended",
    { forge: object({ suspend: true }) },
    "Suspended: spec.suspend is true, so nothing is done on this forge: set it to false to go on",
  ],
] as const satisfies readonly (readonly [string, Partial<Observed>, string])[]) {
  test(`it ${about}`, () => {
    const { verdict, reason, message } = decide({ ...well, ...change } as Observed);
    assert.equal(`${reason}: ${message}`, want);
    assert.equal(verdict, verdicts[reason as keyof typeof verdicts]);
  });
}
