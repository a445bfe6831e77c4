import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Operation } from "../../src/schema/operation.ts";
import { forge, repository, sdk, syncSources } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const zeros = "0".repeat(40);
const librarian = (commit = zeros, rest = "") => ({
  "librarian.yaml": `language: go\nsources:\n  apis:\n    commit: ${commit} # follows apis\n${rest}libraries: []\n`,
});

/** An upstream, SDKs that follow it, and an Operation over them. */
function fleet(
  spec: object = {},
  names: readonly string[] = ["sdk-go", "sdk-node"],
  files: Readonly<Record<string, Record<string, string>>> = {},
): World {
  const repositories = Object.fromEntries(names.map((name) => [`acme/${name}`, files[name] ?? librarian()]));
  return given([forge(), repository("apis"), ...names.map((name) => sdk(name)), syncSources("sync", { ...spec })], {
    "acme/apis": { "a.proto": "1" },
    ...repositories,
  });
}
const status = (world: World) => Operation.object.parse(world.cluster.get(Operation, "sync")).status!;
const head = (world: World, slug: string): string => world.host.get(slug).heads.get("main")!;
const text = (world: World, slug: string): string =>
  String(world.host.get(slug).commits.get(head(world, slug))!.files.get("librarian.yaml"));
const says = (world: World): string =>
  world
    .transcript()
    .split("\n")
    .find((line) => line.startsWith("Operation/sync"))!;
const proposals = (world: World): readonly string[] =>
  [...world.cluster.objects.keys()].filter((id) => id.startsWith("ChangeProposal/"));

/** Every check of every open pull request passes. */
function pass(world: World): void {
  for (const { slug, pulls } of world.repositories) {
    for (const { number, state } of pulls) {
      if (state === "Open") world.person.addCheck(`${slug.owner}/${slug.name}`, number, "unit", "Passed");
    }
  }
}

test("a push upstream becomes one pull request per repository that follows, and the fleet is in step again", async () => {
  const world = fleet({}, ["sdk-go", "sdk-node"], {
    "sdk-node": librarian("1".repeat(40), `    sha256: ${"2".repeat(64)}\n`),
  });
  await world.settles();
  world.shows(`
    ChangeProposal/sync-sdk-go: NoChecks, #1 has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it
    ChangeProposal/sync-sdk-node: NoChecks, #1 has no checks, so nothing vouches for it: a person merges it, or spec.merge.allowNoChecks allows it
    Operation/sync: ProposalsOpen, 2 of 2 repositories have a proposal under way
    acme/sdk-go#1 open: Sync sources: apis to …
      librarian.yaml:4
      -     commit: … # follows apis
      +     commit: … # follows apis
    acme/sdk-node#1 open: Sync sources: apis to …
      librarian.yaml:4
      -     commit: … # follows apis
      +     commit: … # follows apis
      librarian.yaml:5
      -     sha256: …
      +     sha256: …
  `);

  pass(world);
  await world.settles();
  world.shows(`
    ChangeProposal/sync-sdk-go: Merged, #1 was merged as …
    ChangeProposal/sync-sdk-node: Merged, #1 was merged as …
    Operation/sync: UpToDate, 2 repositories are at apis …
    acme/sdk-go#1 merged: Sync sources: apis to …
    acme/sdk-node#1 merged: Sync sources: apis to …
  `);
  const checksum = await world.forge.archiveSha256(
    { owner: "acme", name: "apis" },
    head(world, "acme/apis"),
    new AbortController().signal,
  );
  assert.equal(text(world, "acme/sdk-go"), librarian(head(world, "acme/apis"))["librarian.yaml"]);
  assert.equal(
    text(world, "acme/sdk-node"),
    librarian(head(world, "acme/apis"), `    sha256: ${checksum}\n`)["librarian.yaml"],
  );

  const sha = world.person.push("acme/apis", "main", { "a.proto": "2" });
  await world.settles();
  pass(world);
  await world.settles();
  assert.match(text(world, "acme/sdk-go"), new RegExp(sha));
  assert.deepEqual([status(world).lastRun?.cause, status(world).upToDate], ["Push", 2]);
});

test("the pull request says why, from where to where, and where it comes from", async () => {
  const world = fleet({}, ["sdk-go"]);
  await world.settles();
  const sha = head(world, "acme/apis");
  assert.equal(
    [
      "`librarian.yaml` says which commit of other repositories this one is made from.",
      "**Why now:** It has moved on, and operation sync keeps sources at the heads of what they follow\\.",
      "**What changes:** 1 file, +1 −1: `librarian.yaml`",
      `| Comes from | Before | After |\n| --- | --- | --- |\n| [apis\\: acme/apis, branch main](<https://forge.example/acme/apis/compare/${zeros}...${sha}>) | \`0000000\` | \`${sha.slice(0, 7)}\` |`,
      "---\nKept by Millrace as ChangeProposal `fleet/sync-sdk-go`. It is merged by itself when its checks have passed.\nClose it to refuse this change. Push to its branch to take it over: Millrace then leaves it to you.",
    ].join("\n\n"),
    world.host.get("acme/sdk-go").pulls[0]!.body.replace(/\nTo steer it, .*$/, ""),
  );
});

test("a move while a pull request is open moves it, and opens no second one", async () => {
  const world = fleet({}, ["sdk-go"]);
  await world.settles();
  world.person.push("acme/apis", "main", { "a.proto": "2" });
  world.person.push("acme/apis", "main", { "a.proto": "3" });
  await world.settles();
  const { pulls } = world.host.get("acme/sdk-go");
  assert.equal(pulls.length, 1);
  assert.equal(pulls[0]!.title, `Sync sources: apis to ${head(world, "acme/apis").slice(0, 7)}`);
});

test("one bad repository never keeps the others waiting, and each is told by name", async () => {
  const world = fleet({}, ["bare", "broken", "fine", "late", "other"], {
    bare: { "README.md": "" },
    broken: { "librarian.yaml": `${librarian()["librarian.yaml"]}more: [\n` },
    other: { "librarian.yaml": "sources:\n  another: {commit: abc}\n" },
  });
  world.apply(
    sdk("lost", { dependsOn: [], sources: [{ name: "apis", repositoryRef: { name: "ghost" } }] }),
    sdk("shut", { operations: [] }),
    sdk("gone"),
  );
  world.create("acme/lost", librarian());
  world.create("acme/shut", librarian());
  await world.settles();
  pass(world);
  await world.settles();
  assert.match(
    says(world),
    /NeedsAttention, 6 of 8 repositories need a person: bare: FileMissing: there is no librarian\.yaml on main/,
  );
  assert.deepEqual(
    status(world).attention?.map(({ name, reason, message }) => `${name} ${reason}: ${message.slice(0, 60)}`),
    [
      "bare FileMissing: there is no librarian.yaml on main: add it, or take the repo",
      "broken InvalidYaml: librarian.yaml: it is no valid YAML: Flow sequence in block ",
      "gone RepositoryNotReady: RepositoryMissing: there is no acme/gone on Forge forge, or ",
      "lost SourceUnknown: sources.apis: there is no Repository ghost to follow: create",
      "other FieldMissing: librarian.yaml: there is no sources.apis",
      "shut NotAllowed: its spec.operations does not list SyncSources: kubectl -n fl",
    ],
  );
  const { selected, upToDate, open, blocked } = status(world);
  assert.deepEqual({ selected, upToDate, open, blocked }, { selected: 8, upToDate: 2, open: 0, blocked: 6 });
});

test("a refused proposal needs a person, until upstream moves on", async () => {
  const world = fleet({}, ["sdk-go"]);
  await world.settles();
  world.person.close("acme/sdk-go", 1);
  await world.settles();
  assert.match(says(world), /NeedsAttention, 1 of 1 repository needs a person: sdk-go: Declined: pat closed #1/);
  world.person.push("acme/apis", "main", { "a.proto": "2" });
  await world.settles();
  assert.equal(world.host.get("acme/sdk-go").pulls.length, 2);
});

test("a reverted merge needs a person, and is not fought", async () => {
  const world = fleet({}, ["sdk-go"]);
  await world.settles();
  pass(world);
  await world.settles();
  world.person.push("acme/sdk-go", "main", librarian());
  await world.settles();
  assert.match(says(world), /NeedsAttention, .* sdk-go: Reverted: #1 was merged as …, and main says otherwise since/);
  assert.equal(world.host.get("acme/sdk-go").pulls.length, 1);
});

test("a repository that somebody brought in step by hand has no proposal any more", async () => {
  const world = fleet({}, ["sdk-go"]);
  await world.settles();
  world.person.push("acme/sdk-go", "main", librarian(head(world, "acme/apis")));
  await world.settles();
  world.shows(`
    Operation/sync: UpToDate, 1 repository is at apis …
    acme/sdk-go#1 closed: Sync sources: apis to …
  `);
});

test("a checksum that does not fit its commit is put right", async () => {
  const world = fleet({}, ["sdk-go"]);
  const sha = head(world, "acme/apis");
  world.person.push("acme/sdk-go", "main", librarian(sha, `    sha256: ${"2".repeat(64)}\n`));
  await world.settles();
  pass(world);
  await world.settles();
  assert.equal(status(world).upToDate, 1);
  assert.doesNotMatch(text(world, "acme/sdk-go"), /22222222/);
});

test("what is not selected any more loses its proposal; what is selected anew gets one", async () => {
  const world = fleet();
  await world.settles();
  world.apply({ ...sdk("sdk-go"), labels: { fleet: "none" } });
  await world.settles();
  assert.deepEqual(proposals(world), ["ChangeProposal/sync-sdk-node"]);
  assert.equal(world.host.get("acme/sdk-go").pulls[0]!.state, "Closed");
  world.apply(sdk("sdk-go"));
  await world.settles();
  assert.equal(world.host.get("acme/sdk-go").pulls[1]!.state, "Open");
});

test("a repository that does not allow it any more loses its proposal", async () => {
  const world = fleet();
  await world.settles();
  world.apply(sdk("sdk-go", { operations: [] }));
  await world.settles();
  assert.deepEqual(proposals(world), ["ChangeProposal/sync-sdk-node"]);
});

test("with a schedule, what is wanted stands still between runs", async () => {
  const world = fleet({ schedule: { cron: "0 6 * * *", timeZone: "Etc/UTC" } }, ["sdk-go"]);
  await world.settles();
  pass(world);
  await world.settles();
  assert.equal(status(world).nextRunAt, "2026-01-01T06:00:00Z");
  const sha = world.person.push("acme/apis", "main", { "a.proto": "2" });
  await world.settles();
  assert.match(says(world), /UpToDate/);

  world.clock.advance(6 * 3_600_000);
  await world.settles();
  assert.deepEqual([status(world).lastRun?.cause, status(world).lastRun?.heads[0]?.sha], ["Schedule", sha]);
  assert.equal(status(world).nextRunAt, "2026-01-02T06:00:00Z");
  assert.equal(world.host.get("acme/sdk-go").pulls.length, 2);
});

test("a person asks for a run by annotation, and a changed spec is one", async () => {
  const world = fleet({ schedule: { cron: "0 6 * * *", timeZone: "Etc/UTC" } }, ["sdk-go"]);
  await world.settles();
  const first = world.person.push("acme/apis", "main", { "a.proto": "2" });
  world.cluster.annotate(Operation, "sync", { "millrace.dev/requestedAt": "now" });
  await world.settles();
  assert.deepEqual([status(world).lastRun?.cause, status(world).lastRun?.heads[0]?.sha], ["Requested", first]);
  assert.equal(status(world).lastHandledReconcileAt, "now");

  const second = world.person.push("acme/apis", "main", { "a.proto": "3" });
  await world.settles();
  assert.equal(status(world).lastRun?.heads[0]?.sha, first);
  world.cluster.edit(Operation, "sync", { schedule: { cron: "0 7 * * *", timeZone: "Etc/UTC" } });
  await world.settles();
  assert.deepEqual([status(world).lastRun?.cause, status(world).lastRun?.heads[0]?.sha], ["Changed", second]);
});

test("with triggers, only what they watch starts a run", async () => {
  const world = fleet({ triggers: [{ event: "Push", repositoryRef: { name: "clock" } }] }, ["sdk-go"]);
  world.apply(repository("clock"));
  world.create("acme/clock", { tick: "1" });
  await world.settles();
  const before = head(world, "acme/apis");
  const sha = world.person.push("acme/apis", "main", { "a.proto": "2" });
  await world.settles();
  assert.ok(status(world).lastRun?.heads.some((each) => each.sha === before));
  world.person.push("acme/clock", "main", { tick: "2" });
  await world.settles();
  assert.equal(status(world).lastRun?.cause, "Push");
  assert.deepEqual(
    status(world).lastRun?.heads.find(({ name }) => name === "apis"),
    { name: "apis", sha },
  );
});

test("a source may follow another branch than the base", async () => {
  const world = fleet({}, ["sdk-go"]);
  const sha = world.person.push("acme/apis", "next", { "a.proto": "next" });
  world.apply(sdk("sdk-go", { sources: [{ name: "apis", repositoryRef: { name: "apis" }, branch: "next" }] }));
  await world.settles();
  pass(world);
  await world.settles();
  assert.match(text(world, "acme/sdk-go"), new RegExp(sha));
  assert.match(says(world), /UpToDate, 1 repository is at apis@next …/);

  world.apply(sdk("sdk-go", { sources: [{ name: "apis", repositoryRef: { name: "apis" }, branch: "nowhere" }] }));
  await world.settles();
  assert.match(
    says(world),
    /SourceBranchMissing: sources\.apis: follows branch nowhere of Repository apis, and there is no such branch/,
  );
});

test("a suspended operation starts nothing, and catches up when it goes on", async () => {
  const world = fleet({ suspend: true }, ["sdk-go"]);
  await world.settles();
  world.shows(
    "Operation/sync: Suspended, spec.suspend is true, so no run starts; proposals that exist go on: set it to false to go on",
  );
  world.cluster.edit(Operation, "sync", { suspend: false });
  await world.settles();
  assert.equal(status(world).open, 1);
});

test("a deleted operation takes its proposals and their pull requests along", async () => {
  const world = fleet();
  await world.settles();
  world.cluster.delete(Operation, "sync");
  await world.settles();
  world.shows(`
    acme/sdk-go#1 closed: Sync sources: apis to …
    acme/sdk-node#1 closed: Sync sources: apis to …
  `);
});

test("two operations whose children would share a name keep them apart", async () => {
  const world = given(
    [
      forge(),
      repository("apis"),
      sdk("b-c"),
      sdk("c"),
      syncSources("a", { repositories: { names: ["b-c"] } }),
      syncSources("a-b", { repositories: { names: ["c"] } }),
    ],
    { "acme/apis": { "a.proto": "1" }, "acme/b-c": librarian(), "acme/c": librarian() },
  );
  await world.settles();
  assert.equal(proposals(world).length, 2);
  assert.equal(world.repositories.flatMap(({ pulls }) => pulls).length, 2);
});

for (const [about, spec, reason] of [
  [
    "nothing selected",
    { repositories: { selector: { matchLabels: { fleet: "none" } } } },
    /NothingSelected, spec\.repositories selects nothing/,
  ],
  [
    "a name that nothing has",
    { repositories: { names: ["sdk-go", "ghost"] } },
    /ghost: RepositoryUnknown: spec\.repositories\.names lists it/,
  ],
  [
    "a trigger that can never fire",
    { triggers: [{ event: "Push", repositoryRef: { name: "ghost" } }] },
    /ghost: SourceUnknown: spec\.triggers names it/,
  ],
  [
    "a schedule that is none",
    { schedule: { cron: "often", timeZone: "Etc/UTC" } },
    /ScheduleInvalid, spec\.schedule\.cron: "often" has 1 fields of five/,
  ],
] as const) {
  test(`${about} is told`, async () => {
    const world = fleet(spec, ["sdk-go"]);
    await world.settles();
    assert.match(says(world), reason);
  });
}

test("a repository is read once for each head, and not at all while nothing changes", async () => {
  const world = fleet();
  await world.settles();
  pass(world);
  await world.settles();
  const reads = world.host.faults.count("git.read");
  await world.round();
  assert.equal(world.host.faults.count("git.read"), reads);
  world.person.push("acme/sdk-go", "main", { "README.md": "more" });
  await world.settles();
  // Once by the operation, once by the proposal that looks whether it was reverted, and once for what its manifests say.
  assert.equal(world.host.faults.count("git.read"), reads + 3);
});

const real = join(process.env["MILLRACE_SHARED"] ?? "../shared", "data/librarian-yaml/google-cloud-go.yaml");

test("200 repositories with a real file of 200 libraries get 200 pull requests of two lines", {
  skip: existsSync(real) ? false : "the shared folder is not here",
}, async () => {
  const names = Array.from({ length: 200 }, (_, index) => `sdk-${String(index).padStart(3, "0")}`);
  const before = readFileSync(real, "utf8");
  const source = [{ name: "googleapis", repositoryRef: { name: "apis" } }];
  const world = given(
    [forge(), repository("apis"), ...names.map((name) => sdk(name, { sources: source })), syncSources()],
    {
      "acme/apis": { "a.proto": "1" },
      ...Object.fromEntries(names.map((name) => [`acme/${name}`, { "librarian.yaml": before }])),
    },
  );
  await world.settles();
  const lines = before.split("\n");
  for (const name of names) {
    const there = world.host.get(`acme/${name}`);
    assert.equal(there.pulls.length, 1);
    const after = String(there.commits.get(there.pulls[0]!.headSha)!.files.get("librarian.yaml")).split("\n");
    const changed = after.flatMap((line, index) => (line === lines[index] ? [] : [line.trim().split(":")[0]]));
    assert.deepEqual(changed, ["commit", "sha256"]);
    assert.equal(after.length, lines.length);
  }
});

test("more sources than one proposal holds come one proposal after the other", async () => {
  const sources = Array.from({ length: 40 }, (_, index) => ({ name: `s${index}`, repositoryRef: { name: "apis" } }));
  const text = `sources:\n${sources.map(({ name }) => `  ${name}: {commit: ${zeros}, sha256: ${"1".repeat(64)}}\n`).join("")}`;
  const world = given([forge(), repository("apis"), sdk("sdk-go", { sources }), syncSources()], {
    "acme/apis": { "a.proto": "1" },
    "acme/sdk-go": { "librarian.yaml": text },
  });
  for (let round = 0; round < 2; round++) {
    await world.settles();
    pass(world);
    await world.settles();
  }
  assert.equal(world.host.get("acme/sdk-go").pulls.length, 2);
  assert.equal(status(world).upToDate, 1);
});

test("a follower of a branch with a very long name stands still like the others", async () => {
  const branch = `next/${"x".repeat(235)}`;
  const world = fleet({ schedule: { cron: "0 6 * * *", timeZone: "Etc/UTC" } }, ["sdk-go"]);
  const long = `apis-${"y".repeat(200)}`;
  world.create("acme/long", { x: "1" });
  world.person.push("acme/long", branch, { x: "2" });
  world.apply(
    repository(long, { name: "long" }),
    sdk("sdk-go", { dependsOn: [], sources: [{ name: "apis", repositoryRef: { name: long }, branch }] }),
  );
  await world.settles();
  assert.equal(status(world).open, 1);
});
