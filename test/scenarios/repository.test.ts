import assert from "node:assert/strict";
import { test } from "node:test";
import { Forge } from "../../src/schema/forge.ts";
import { Repository } from "../../src/schema/repository.ts";
import { forge, proposal, repository } from "../support/objects.ts";
import { given, type World } from "../support/world.ts";

const files = { "a.yaml": "version: 1.0.0\n" };
const one = (spec: object = {}): World => given([forge(), repository("app", { ...spec })], { "acme/app": files });
const status = (world: World, name = "app") => Repository.object.parse(world.cluster.get(Repository, name)).status!;
const forgeStatus = (world: World) => Forge.object.parse(world.cluster.get(Forge, "forge")).status!;

test("a repository reports where it is: head, tags, release and open proposals", async () => {
  const world = one();
  for (const tag of ["v1.9.0", "v1.10.0-rc.1", "nightly"]) world.person.tag("acme/app", tag);
  world.apply(proposal());
  await world.settles();
  const head = world.host.get("acme/app").heads.get("main")!;
  const { conditions, observedGeneration, ...own } = status(world);
  assert.deepEqual(own, {
    url: "https://forge.example/acme/app",
    defaultBranch: "main",
    head: { sha: head },
    tags: 3,
    latestRelease: { version: "1.10.0-rc.1", tag: "v1.10.0-rc.1", sha: head },
    openProposals: 1,
    graph: { position: 0, dependsOn: 0, dependents: 0 },
  });
  assert.equal(conditions?.[0]?.message, `main is at ${head.slice(0, 7)}`);
  assert.equal(observedGeneration, 1);

  world.person.merge("acme/app", 1);
  await world.settles();
  assert.equal(status(world).openProposals, 0);
});

test("what is wrong with a repository is told with the command that puts it right", async () => {
  const world = given(
    [
      forge(),
      repository("moved"),
      repository("shelved"),
      repository("gone"),
      repository("new"),
      repository("homeless", { forgeRef: { name: "none" } }),
    ],
    { "acme/moved": files, "acme/shelved": files, "acme/new": undefined },
  );
  world.host.rename("acme/moved", "acme/better");
  world.host.get("acme/shelved").archived = true;
  await world.settles();
  world.shows(`
    Repository/gone: RepositoryMissing, there is no acme/gone on Forge forge, or its credential may not see it: check spec.owner and spec.name, and what the credential is allowed
    Repository/homeless: ForgeUnknown, there is no Forge none in namespace fleet: create it, or correct spec.forgeRef of Repository homeless
    Repository/moved: RepositoryRenamed, acme/moved is acme/better now: kubectl -n fleet patch repository moved --type=merge -p '{"spec":{"owner":"acme","name":"better"}}'
    Repository/new: RepositoryEmpty, acme/new has no commit yet: push main
    Repository/shelved: RepositoryArchived, acme/shelved is archived, so nothing can be changed there: unarchive it on the forge, or delete this object
  `);

  world.cluster.edit(Repository, "moved", { name: "better" });
  await world.settles();
  assert.equal(status(world, "moved").url, "https://forge.example/acme/better");
});

test("a cycle is told to those on it by its exact path, and to those that hang off it by the way there", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const edges: Readonly<Record<string, readonly string[]>> = { a: ["b"], b: ["a"], c: ["a"], d: ["x"] };
  const objects = names.map((name) =>
    repository(name, { dependsOn: (edges[name] ?? []).map((each) => ({ name: each })) }),
  );
  const world = given([forge(), ...objects], Object.fromEntries(names.map((name) => [`acme/${name}`, files])));
  await world.settles();
  world.shows(`
    Repository/a: DependencyCycle, it depends on itself: a -> b -> a; take one of these edges out of spec.dependsOn
    Repository/b: DependencyCycle, it depends on itself: b -> a -> b; take one of these edges out of spec.dependsOn
    Repository/c: DependencyBlocked, it builds on a, which cannot be put in order: c -> a; see kubectl describe repository a
    Repository/d: DependencyMissing, spec.dependsOn names x, and there is no such Repository: create it, or take the edge out
  `);
  assert.ok(status(world, "a").head, "and it goes on reporting its head");
});

test("while its forge is not ready a repository waits, and keeps what it knew", async () => {
  const world = one();
  await world.settles();
  const { head } = status(world);
  world.cluster.secrets.clear();
  await world.settles();
  assert.match(world.transcript(), /Repository\/app: ForgeNotReady, waits for Forge forge: SecretMissing: /);
  assert.deepEqual(status(world).head, head);
  world.cluster.secrets.set("forge-token/token", "new");
  await world.settles();
  world.shows("");
});

test("a forge reports who it acts as, and its quota in steps that an idle forge does not leave", async () => {
  const world = one();
  const quota = { limit: 5_000, remaining: 4_987, resetsAt: new Date() };
  world.forge.quotaNow = { quota, throttledUntil: undefined };
  world.cluster.annotate(Forge, "forge", { "millrace.dev/lastWebhookAt": "2026-01-01T00:00:42.5Z" });
  await world.settles();
  const { identity, quota: told, lastWebhookAt } = forgeStatus(world);
  assert.deepEqual(
    { identity, told, lastWebhookAt },
    {
      identity: { login: "millrace[bot]" },
      told: { limit: 5_000, remaining: 4_750 },
      lastWebhookAt: "2026-01-01T00:00:00Z",
    },
  );
  const writes = world.cluster.writes.status;
  world.forge.quotaNow = { quota: { ...quota, remaining: 4_751 }, throttledUntil: undefined };
  await world.settles();
  assert.equal(world.cluster.writes.status, writes);
});

test("a throttled forge is not asked, says until when, and goes on then", async () => {
  const world = one();
  await world.settles();
  const asked = world.host.faults.count("forge.identity");
  world.forge.quotaNow = { quota: undefined, throttledUntil: new Date(world.clock.now().getTime() + 600_000) };
  await world.settles();
  assert.match(world.transcript(), /Forge\/forge: Throttled, the forge asked for a pause until 2026-01-01T00:1/);
  assert.equal(world.host.faults.count("forge.identity"), asked);
  assert.deepEqual(forgeStatus(world).identity, { login: "millrace[bot]" });
  world.clock.advance(600_000);
  await world.settles();
  assert.equal(forgeStatus(world).throttledUntil, undefined);
  world.shows("");
});

test("a refused credential is told, and so is an annotation that is no time left out", async () => {
  const world = one();
  world.host.faults.plan("forge.identity", "before", "denied");
  world.cluster.annotate(Forge, "forge", { "millrace.dev/lastWebhookAt": "<script>" });
  await world.round();
  assert.match(
    world.transcript(),
    /Forge\/forge: CredentialRefused, .*: put a credential that is accepted into the Secret that Forge forge names/,
  );
  assert.equal(forgeStatus(world).lastWebhookAt, undefined);
});

test("a missing or empty webhook secret is told with the command that makes it", async () => {
  const world = one();
  world.apply(forge("forge", { webhook: { secretRefs: [{ name: "hook" }] } }));
  await world.settles();
  assert.match(
    world.transcript(),
    /WebhookSecretMissing, spec\.webhook\.secretRefs\[0\]: there is no Secret hook with a key webhookSecret, .*: kubectl -n fleet create secret generic hook /,
  );
  world.cluster.secrets.set("hook/webhookSecret", " \n");
  await world.settles();
  assert.match(world.transcript(), /key webhookSecret of Secret hook is empty/);
  world.cluster.secrets.set("hook/webhookSecret", "s3cret");
  await world.settles();
  world.shows("");
});
