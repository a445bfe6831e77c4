import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { Release } from "../../src/schema/release.ts";
import type { Wish } from "./memory-cluster.ts";
import type { MemoryRepository } from "./memory-host.ts";
import { forge, repository } from "./objects.ts";
import { given, type World } from "./world.ts";

/** A Release of Repository `app` that is merged by itself. */
export const release = (spec: object = {}, name = "next"): Wish => ({
  kind: Release,
  name,
  spec: { repositoryRef: { name: "app" }, merge: { mode: "WhenChecksPass", allowNoChecks: true }, ...spec },
});

/** The same, merged by a person. */
export const byHand = (spec: object = {}, name = "next"): Wish => release({ merge: { mode: "Manual" }, ...spec }, name);

/** A repository that was released as 1.2.3, and has a fix and a feature since. */
export function worked(
  spec: Readonly<Record<string, unknown>> = {},
  files: Readonly<Record<string, string>> = {},
): World {
  const world = given([forge(), repository("app", spec)], { "acme/app": { a: "one\n", ...files } });
  world.person.tag("acme/app", "v1.2.3");
  world.person.push("acme/app", "main", { a: "two\n" }, "fix: count to two");
  world.person.push("acme/app", "main", { a: "three\n" }, "feat: count to three");
  return world;
}

export const status = (world: World, name = "next"): NonNullable<Release["status"]> =>
  Release.object.parse(world.cluster.get(Release, name)).status!;

/** Reason and message, without commit ids. */
export function ready(world: World, name = "next"): string {
  const { reason, message } = status(world, name).conditions!.find(({ type }) => type === "Ready")!;
  return `${reason}: ${message}`.replace(/\b[0-9a-f]{7,64}\b/g, "…");
}

export const app = (world: World): MemoryRepository => world.host.get("acme/app");

export const proposal = (world: World, name = "next"): ChangeProposal =>
  ChangeProposal.object.parse(world.cluster.get(ChangeProposal, name));

/** A file at the head of a branch. */
export function fileOn(world: World, path: string, branch = "main"): string {
  const { commits, heads } = app(world);
  return String(commits.get(heads.get(branch)!)!.files.get(path));
}

/** The branch of a release's proposal. */
export const branch = "millrace/fleet/next";

/** What the forge's release says between our marks, or in all where there are none. */
export function pageOf(world: World, tag: string): string {
  const { body } = app(world).releases.find((each) => each.tag === tag)!;
  return body.replace(/<!-- \/?millrace:notes -->/g, "").trim();
}
