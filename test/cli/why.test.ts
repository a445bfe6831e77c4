import assert from "node:assert/strict";
import { test } from "node:test";
import { why } from "../../src/cli/command/why.ts";
import { chainOf, roots, type Thing } from "../../src/cli/why/chain.ts";
import { remedyFor } from "../../src/cli/why/remedy.ts";
import { showChain } from "../../src/cli/why/show.ts";
import { actors } from "../../src/reconcilers/change-proposal/actor.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Operation } from "../../src/schema/operation.ts";
import { systemClock } from "../support/system-clock.ts";

const lastTransitionTime = "2026-11-21T12:00:00Z";

interface Given {
  readonly spec?: Thing["spec"];
  readonly owner?: string;
  readonly status?: object;
}

/** `reason` with a `!` needs a person, with a `~` waits; without, it is ready. */
function thing(id: string, reason: string, { spec = {}, owner, status = {} }: Given = {}): Thing {
  const [kind = "", name = ""] = id.split("/");
  const [, word = "", mark] = /^(\w+)([!~]?)$/.exec(reason) ?? [];
  const condition = { reason: word, message: `${word} of ${name}`, lastTransitionTime };
  const ready = { ...condition, type: "Ready", status: mark ? "False" : "True" } as const;
  const more = mark === "!" ? [{ ...condition, type: "Stalled", status: "True" } as const] : [];
  const owners = owner ? [{ apiVersion: "v1", kind: "Operation", name: owner, uid: `Operation/${owner}` }] : [];
  return {
    kind,
    metadata: { name, namespace: "fleet", uid: id, generation: 1, ownerReferences: owners },
    spec,
    status: { conditions: [ready, ...more], ...status },
  };
}

const forge = (reason = "CredentialAccepted") => thing("Forge/github", reason);
const repository = (name: string, reason = "InSync") =>
  thing(`Repository/${name}`, reason, { spec: { forgeRef: { name: "github" } } });
const proposal = (name: string, reason: string, more: Given = {}) =>
  thing(`ChangeProposal/${name}`, reason, { owner: "sync", spec: { repositoryRef: { name } }, ...more });
const sync = (reason: string) => thing("Operation/sync", reason);

test("an operation is followed over what is not done to the forge that is to blame", () => {
  const things = [
    sync("NeedsAttention!"),
    proposal("a", "Merged"),
    proposal("b", "ForgeNotReady~"),
    repository("b", "ForgeNotReady~"),
    forge("SecretMissing!"),
  ];
  assert.equal(
    showChain(chainOf(Operation, "sync", things, "fleet")),
    `Operation sync: NeedsAttention: NeedsAttention of sync
  Next: A person acts next.
  To get on: kubectl edit operation/sync --namespace fleet
└─ ChangeProposal b: ForgeNotReady: ForgeNotReady of b
     Next: A person acts next.
     To get on: kubectl edit changeproposal/b --namespace fleet
   └─ Repository b: ForgeNotReady: ForgeNotReady of b
        Next: Millrace goes on by itself.
      └─ Forge github: SecretMissing: SecretMissing of github
           Next: A person acts next.
           To get on: kubectl edit forge/github --namespace fleet

The root: Forge github
`,
  );
});

test("where all below is well, the object itself is the root", () => {
  const things = [
    proposal("a", "HumanOwned!", { status: { pullRequest: { url: "https://forge/1" } } }),
    repository("a"),
    forge(),
  ];
  const shown = showChain(chainOf(ChangeProposal, "a", things, "fleet"));
  assert.match(shown, /millrace proposal adopt a --namespace fleet, or millrace proposal release a/);
  assert.match(shown, /Repository a: ready, InSync\n {3}└─ Forge github: ready/);
  assert.match(shown, /The root: ChangeProposal a\n$/);
});

test("what needs a person comes first, and of very many only some are shown", () => {
  const many = Array.from({ length: 14 }, (_, at) =>
    proposal(`p${String(at).padStart(2, "0")}`, at === 13 ? "Declined!" : "ChecksRunning~"),
  );
  const chain = chainOf(Operation, "sync", [sync("Proposing~"), ...many], "fleet");
  assert.equal(chain.below[0]?.name, "p13");
  assert.equal(chain.below.length, 10);
  assert.match(showChain(chain), /└─ and 4 more/);
});

test("an object that is named and is not there is a root, with what to do", () => {
  const chain = chainOf(ChangeProposal, "a", [proposal("a", "RepositoryUnknown!")], "fleet");
  assert.deepEqual(
    roots(chain).map(({ kind, name }) => `${kind}/${name}`),
    ["Repository/a"],
  );
  assert.match(showChain(chain), /Repository a: there is none in namespace fleet\n/);
});

test("proposals that name each other do not go round for ever", () => {
  const things = [
    proposal("a", "Superseded", { status: { supersededBy: "b" } }),
    proposal("b", "Superseded", { status: { supersededBy: "a" } }),
  ];
  assert.ok(showChain(chainOf(ChangeProposal, "a", things, "fleet")).length < 2_000);
});

test("every reason for which a person has to act has a command, a page, or the declaration to change", () => {
  const wanting = Object.entries(actors).filter(([, actor]) => actor === "You");
  assert.ok(wanting.length > 10);
  for (const [reason] of wanting) {
    const things = [proposal("a", `${reason}!`), repository("a"), forge()];
    assert.match(
      showChain(chainOf(ChangeProposal, "a", things, "fleet")),
      /To get on: (millrace|kubectl|https)/,
      reason,
    );
  }
});

test("what is suspended is set going by a command that can be pasted", () => {
  const ready = { type: "Ready", status: "False", reason: "Suspended", message: "", lastTransitionTime } as const;
  assert.equal(
    remedyFor("Forge", { name: "github", namespace: "fleet" }, ready),
    `kubectl patch forge/github --namespace fleet --type merge --patch '{"spec":{"suspend":false}}'`,
  );
});

test("a plan that failed is tried again, and one that is paused goes on, by a command that can be pasted", () => {
  const ready = { type: "Ready", status: "False", message: "", lastTransitionTime } as const;
  const autumn = { name: "autumn", namespace: "fleet" };
  assert.equal(
    remedyFor("ReleasePlan", autumn, { ...ready, reason: "Failed" }),
    "millrace retry plan/autumn --failed --namespace fleet",
  );
  assert.equal(
    remedyFor("ReleasePlan", autumn, { ...ready, reason: "Paused" }),
    `kubectl patch releaseplan/autumn --namespace fleet --type merge --patch '{"spec":{"state":"Running"}}'`,
  );
});

for (const [asked, message] of [
  [[], /one object is wanted/],
  [["op"], /one object is wanted/],
  [["op/a", "op/b"], /one object is wanted/],
  [["pod/a"], /there is no kind "pod"/],
] as const) {
  test(`\`millrace why ${asked.join(" ")}\` says how it is used`, async () => {
    const context = {
      options: {},
      arguments: asked,
      env: {},
      clock: systemClock,
      random: () => 0.5,
      version: "1",
      root: ".",
      signal: new AbortController().signal,
      out: () => undefined,
      error: () => undefined,
      colour: false,
    };
    await assert.rejects(why.run(context), message);
  });
}
