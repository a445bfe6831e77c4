import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Forge } from "../../src/schema/forge.ts";
import { Operation } from "../../src/schema/operation.ts";
import { Repository } from "../../src/schema/repository.ts";
import type { Wish } from "./memory-cluster.ts";

type Spec = Readonly<Record<string, unknown>>;

/** A Forge with a token in Secret `forge-token`. */
export const forge = (name = "forge", spec: Spec = {}): Wish => ({
  kind: Forge,
  name,
  spec: { credentials: { tokenSecretRef: { name: "forge-token" } }, ...spec },
});

/** A Repository `acme/NAME`. */
export const repository = (name: string, spec: Spec = {}, labels: Readonly<Record<string, string>> = {}): Wish => ({
  kind: Repository,
  name,
  labels,
  spec: { forgeRef: { name: "forge" }, owner: "acme", name, ...spec },
});

/** A Repository that follows `apis`, and may be synced. */
export const sdk = (name: string, spec: Spec = {}): Wish =>
  repository(
    name,
    {
      operations: ["SyncSources"],
      sources: [{ name: "apis", repositoryRef: { name: "apis" } }],
      dependsOn: [{ name: "apis", via: "Source" }],
      ...spec,
    },
    { fleet: "sdk" },
  );

/** An Operation over all Repositories with the label `fleet: sdk`. */
export const syncSources = (name = "sync", spec: Spec = {}): Wish => ({
  kind: Operation,
  name,
  spec: {
    type: "SyncSources",
    repositories: { selector: { matchLabels: { fleet: "sdk" } } },
    merge: { mode: "WhenChecksPass" },
    ...spec,
  },
});

/** A proposal that sets `version` in `a.yaml` of Repository `app`. */
export const proposal = (name = "bump", value = "2.0.0", spec: Spec = {}): Wish => ({
  kind: ChangeProposal,
  name,
  spec: {
    repositoryRef: { name: "app" },
    title: `Set version to ${value}`,
    body: "A newer version is there.",
    change: { edits: [{ path: "a.yaml", set: { field: ["version"], value } }] },
    merge: { mode: "WhenChecksPass" },
    ...spec,
  },
});
