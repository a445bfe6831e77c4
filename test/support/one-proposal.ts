import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import type { Call } from "./faults.ts";
import type { Wish } from "./memory-cluster.ts";
import type { MemoryPull } from "./memory-host.ts";
import { forge, proposal, repository } from "./objects.ts";
import { given, type World } from "./world.ts";

export const slug = "acme/app";
export const branch = "millrace/fleet/bump";
export const file = { "a.yaml": "# the app\nversion: 1.0.0 # keep in step with the chart\nport: 80\n" };
export const manual = { merge: { mode: "Manual" } };

/** A repository and one proposal to it, which is called `bump`. */
export const one = (wish: Wish = proposal()): World => given([forge(), repository("app"), wish], { [slug]: file });

/** The first line that people see: of ChangeProposal/bump, where there is no other before it. */
export const says = (world: World, name = "bump"): string =>
  world
    .transcript()
    .split("\n")
    .find((line) => line.startsWith(`ChangeProposal/${name}`)) ?? "";

export const status = (world: World, name = "bump") =>
  ChangeProposal.object.parse(world.cluster.get(ChangeProposal, name)).status!;

export const pull = (world: World, number = 1): MemoryPull => world.host.get(slug).pulls[number - 1]!;

export const pulls = (world: World): readonly string[] =>
  world.host.get(slug).pulls.map(({ number, state, title }) => `#${number} ${state.toLowerCase()}: ${title}`);

export const tipOf = (world: World, of = branch): string | undefined => world.host.get(slug).heads.get(of);

export const annotate = (world: World, name: string, value: string): void =>
  world.cluster.annotate(ChangeProposal, "bump", { [`millrace.dev/${name}`]: value });

/** What we said below a pull request. */
export const answers = (world: World, number = 1): readonly string[] =>
  pull(world, number)
    .remarks.filter(({ author }) => author === "millrace[bot]")
    .map(({ body }) => body);

const calls = [
  "forge.repository",
  "forge.role",
  "pulls.find",
  "pulls.get",
  "pulls.open",
  "pulls.decorate",
  "pulls.revise",
  "pulls.checks",
  "pulls.merge",
  "pulls.close",
  "pulls.comments",
  "pulls.comment",
  "pulls.closedBy",
  "pulls.handOver",
  "git.sync",
  "git.push",
] as const satisfies readonly Call[];

/** Calls to the host that a work makes, by name. */
export async function callsOf(
  world: World,
  work: () => Promise<unknown>,
): Promise<Readonly<Partial<Record<Call, number>>>> {
  const before = new Map(calls.map((call) => [call, world.host.faults.count(call)]));
  await work();
  const made = calls.map((call) => [call, world.host.faults.count(call) - before.get(call)!] as const);
  return Object.fromEntries(made.filter(([, count]) => count > 0));
}
