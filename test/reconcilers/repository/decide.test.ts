import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, verdicts } from "../../../src/reconcilers/repository/decide.ts";
import type { Observed, Trouble } from "../../../src/reconcilers/repository/observe.ts";
import { latestRelease } from "../../../src/reconcilers/repository/release.ts";
import { Repository } from "../../../src/schema/repository.ts";

const object = (spec: object = {}): Repository =>
  Repository.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "Repository",
    metadata: { name: "app", namespace: "fleet", uid: "1", generation: 1 },
    spec: { forgeRef: { name: "forge" }, owner: "acme", name: "app", ...spec },
  });

const facts = {
  url: "",
  defaultBranch: "main",
  archived: false,
  slug: { owner: "acme", name: "app" },
  canPush: true,
  mergeMethods: [],
};
const refs = { heads: new Map([["main", "a".repeat(40)]]), tags: new Map<string, string>() };
const remote = { id: "1", url: "", credential: async () => undefined };
const there = { is: "there", facts, refs, remote } as const;
const trouble = (place: Trouble["place"], about: Partial<Trouble> = {}) => ({
  trouble: { node: "app", manifest: undefined, place, ...about },
});
const but = (change: object, branches: readonly string[] = ["main"]) => ({
  remote: {
    is: "there",
    remote,
    facts: { ...facts, ...change },
    refs: { ...refs, heads: new Map(branches.map((each) => [each, "a".repeat(40)])) },
  } as const,
});

const well: Observed = {
  repository: object(),
  way: { is: "open", repository: object(), forge: undefined as never },
  remote: there,
  trouble: undefined,
  graph: { position: 0, dependsOn: 0, dependents: 0 },
  manifests: undefined,
  openProposals: 0,
};

for (const [about, change, want] of [
  ["is content", {}, /^Synced: main is at aaaaaaa$/],
  ["takes names in any case", but({ slug: { owner: "Acme", name: "App" } }), /^Synced/],
  [
    "reports a missing one, and what to check",
    { remote: { is: "missing" } },
    /^RepositoryMissing: there is no acme\/app on Forge forge, .* check spec\.owner and spec\.name/,
  ],
  [
    "reports a rename, with the command",
    but({ slug: { owner: "acme", name: "new" } }),
    /^RepositoryRenamed: acme\/app is acme\/new now: kubectl -n fleet patch repository app --type=merge -p '\{"spec":\{"owner":"acme","name":"new"\}\}'$/,
  ],
  ["reports an archived one", but({ archived: true }), /^RepositoryArchived/],
  ["reports an empty one", but({}, []), /^RepositoryEmpty/],
  [
    "explains a missing branch by a rename",
    but({ defaultBranch: "trunk" }, ["trunk"]),
    /^BranchMissing: .* probably renamed, since the default branch is trunk: kubectl .*"branch":"trunk"/,
  ],
  [
    "does not send to a default branch that is missing, too",
    but({}, ["next"]),
    /^BranchMissing: there is no branch main: push it, or correct spec\.branch$/,
  ],
  [
    "minds that it may not push where it is asked to",
    { repository: object({ operations: ["SyncSources"] }), ...but({ canPush: false }) },
    /^PushNotAllowed/,
  ],
  ["does not mind where it only follows", but({ canPush: false }), /^Synced/],
  [
    "tells a cycle",
    trouble({ is: "cycle", path: ["app", "lib", "app"] }),
    /^DependencyCycle: it depends on itself: app -> lib -> app;/,
  ],
  [
    "tells a cycle of a library, and the manifest that makes it",
    trouble({ is: "cycle", path: ["app/a", "lib", "app/a"] }, { node: "app/a", manifest: "a/go.mod" }),
    /^DependencyCycle: app\/a depends on itself: app\/a -> lib -> app\/a; a\/go\.mod gives the first .*"manifests":"Ignore"/,
  ],
  [
    "tells a missing dependency of a library",
    trouble({ is: "missing", names: ["x"] }, { node: "app/a" }),
    /^DependencyMissing: app\/a has a dependsOn that names x,/,
  ],
  [
    "tells a missing dependency",
    trouble({ is: "missing", names: ["x", "y"] }),
    /^DependencyMissing: spec\.dependsOn names x, y,/,
  ],
  [
    "tells whom it hangs off",
    trouble({ is: "stuck", path: ["app", "lib", "x"] }),
    /^DependencyBlocked: it builds on x, .*: app -> lib -> x;/,
  ],
  [
    "cuts a path that is too long, and says so",
    trouble({ is: "cycle", path: Array.from({ length: 100 }, (_, index) => `n${index}`) }),
    /n21 -> \(77 more\) -> n99/,
  ],
  ["does nothing while suspended", { repository: object({ suspend: true }), remote: { is: "unasked" } }, /^Suspended/],
  [
    "passes on what is in the way",
    {
      way: {
        is: "shut",
        finding: { verdict: "progressing", reason: "ForgeNotReady", message: "waits for Forge forge" },
      },
      remote: { is: "unasked" },
    },
    /^ForgeNotReady: waits/,
  ],
] as const satisfies readonly (readonly [string, Partial<Observed>, RegExp])[]) {
  test(`it ${about}`, () => {
    const { verdict, reason, message } = decide({ ...well, ...change } as Observed);
    assert.match(`${reason}: ${message}`, want);
    assert.equal(verdict, verdicts[reason as keyof typeof verdicts]);
  });
}

test("the latest release is the highest version, whatever the order of tags, pre-releases included", () => {
  const tags = (...names: readonly string[]) => new Map(names.map((name, index) => [name, String(index)]));
  assert.deepEqual(latestRelease(tags("v1.9.0", "v1.10.0", "v1.2.0", "1.99.0", "nightly"), "v{version}"), {
    version: "1.10.0",
    tag: "v1.10.0",
    sha: "1",
  });
  assert.equal(latestRelease(tags("v2.0.0-rc.2", "v2.0.0-rc.10", "v1.0.0"), "v{version}")?.version, "2.0.0-rc.10");
  assert.equal(latestRelease(tags("v2.0.0-rc.1", "v2.0.0"), "v{version}")?.version, "2.0.0");
  assert.deepEqual(latestRelease(tags("v1.0.0+b", "v1.0.0+a"), "v{version}")?.tag, "v1.0.0+b");
  assert.deepEqual(latestRelease(tags("v1.0.0+a", "v1.0.0+b"), "v{version}")?.tag, "v1.0.0+b");
  assert.equal(latestRelease(tags("nightly"), "v{version}"), undefined);
});
