import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import type { MemoryPull, MemoryRepository } from "../support/memory-host.ts";
import { pick, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";

/** What people have allowed by steering, which a watcher has to know. */
export class Allowed {
  /** Commits of people that were given to us, by repository and branch. */
  readonly adopted = new Set<string>();
  /** Proposals that were released at some time: what is left of them is people's. */
  readonly released = new Set<string>();
  /** Proposals that somebody rejected in words. */
  readonly rejected = new Set<string>();
  /** Proposals whose refusals somebody wanted forgotten. */
  readonly retried = new Set<string>();
}

const words = [
  "why",
  "help",
  "rebase",
  "retry",
  "hold 30m freeze",
  "hold off",
  "reject not now",
  "release mine",
  "adopt",
  "merge",
] as const;

const targets = [
  ["bump", "acme/app"],
  ["bump", "acme/app"],
  ["newer", "acme/app"],
  ["sync-sdk-a", "acme/sdk-a"],
] as const;

/** Somebody steers a proposal: in a comment, by an annotation, or by taking its branch over and giving it back. */
export function steer(random: Random, world: World, allowed: Allowed): void {
  const [name, slug] = pick(random, targets);
  const repository = world.host.get(slug);
  const branch = `millrace/fleet/${name}`;
  const pull = repository.pulls.findLast(({ head }) => head === branch);
  const open = pull?.state === "Open" ? pull : undefined;
  const acts: (() => unknown)[] = [
    () => annotate(random, world, name, slug, allowed),
    ...(pull ? [1, 2].map(() => () => say(random, world, slug, pull, allowed)) : []),
    ...(open ? [() => giveBack(world, slug, { name, pull: open }, allowed)] : []),
    // Who holds it as everything is ready to be merged.
    ...(open ? [() => holdReady(random, world, slug, { name, pull: open })] : []),
  ];
  pick(random, acts)();
}

function giveBack(
  world: World,
  slug: string,
  { name, pull }: { readonly name: string; readonly pull: MemoryPull },
  allowed: Allowed,
): void {
  if (!world.cluster.get(ChangeProposal, name)) return;
  const sha = world.person.push(slug, pull.head, { "mine.txt": String(world.clock.now().getTime()) });
  allowed.adopted.add(`${pull.head} ${sha}`);
  world.cluster.annotate(ChangeProposal, name, { "millrace.dev/adopt": sha });
  for (const check of ["ci", "unit"]) world.person.addCheck(slug, sha, check, "Passed");
}

function holdReady(
  random: Random,
  world: World,
  slug: string,
  { name, pull }: { readonly name: string; readonly pull: MemoryPull },
): void {
  const until = new Date(world.clock.now().getTime() + 600_000).toISOString();
  if (random() < 0.5) world.person.comment(slug, pull.number, "/millrace hold 20m");
  else if (world.cluster.get(ChangeProposal, name)) {
    world.cluster.annotate(ChangeProposal, name, { "millrace.dev/hold": `${until} freeze` });
  }
  world.host.get(slug).checks.set(pull.headSha, new Map([["ci", "Passed"]]));
}

/** Somebody says something below a pull request: who may, who may not, or a bot; as a command, or as talk about one. */
function say(random: Random, world: World, slug: string, pull: MemoryPull, allowed: Allowed): void {
  const [author, isBot] = pick(random, [
    ["pat", false],
    ["pat", false],
    ["reader", false],
    ["renovate[bot]", true],
  ] as const);
  const repository = world.host.get(slug);
  const tip = repository.heads.get(pull.head);
  const word = pick(random, words);
  const wish = word === "adopt" && tip && random() < 0.5 ? `adopt ${tip.slice(0, 12)}` : word;
  const body = pick(random, [`/millrace ${wish}`, `/millrace ${wish}\r\n/millrace why`, `> /millrace ${wish}`]);
  const name = nameOf(pull.head);
  if (author === "pat" && body.startsWith("/")) permit(world, repository, { name, word, branch: pull.head }, allowed);
  world.person.comment(slug, pull.number, body, author, isBot);
}

/** What may happen from now on because of a word. It is said before, since it may be followed at once. */
function permit(
  world: World,
  repository: MemoryRepository,
  { name, word, branch }: { readonly name: string; readonly word: (typeof words)[number]; readonly branch: string },
  allowed: Allowed,
): void {
  const object = world.cluster.get(ChangeProposal, name);
  const known = object && ChangeProposal.object.parse(object).status?.tip;
  if (word === "adopt") {
    for (const sha of [repository.heads.get(branch), known]) if (sha) allowed.adopted.add(`${branch} ${sha}`);
  }
  if (word.startsWith("release")) allowed.released.add(name);
  if (word.startsWith("reject")) allowed.rejected.add(name);
  if (word === "retry") allowed.retried.add(name);
}

/** Somebody steers with kubectl. */
function annotate(random: Random, world: World, name: string, slug: string, allowed: Allowed): void {
  if (!world.cluster.get(ChangeProposal, name)) return;
  const branch = `millrace/fleet/${name}`;
  const tip = world.host.get(slug).heads.get(branch) ?? "0".repeat(40);
  const soon = new Date(world.clock.now().getTime() + 600_000).toISOString();
  const set = (what: string, value: string) =>
    world.cluster.annotate(ChangeProposal, name, { [`millrace.dev/${what}`]: value });
  const acts: readonly (() => unknown)[] = [
    () => {
      allowed.adopted.add(`${branch} ${tip}`);
      set("adopt", tip);
    },
    () => {
      allowed.released.add(name);
      set("release", "mine");
    },
    () => {
      allowed.rejected.add(name);
      set("reject", pick(random, ["no", "never"]));
    },
    () => {
      allowed.retried.add(name);
      set("retry", String(random()));
    },
    () => set("rebase", String(random())),
    () => set("hold", pick(random, [`${soon} freeze`, "forever"])),
    () => lift(world, name),
    () => lift(world, name),
  ];
  pick(random, acts)();
}

/** Takes back what lasts as long as it is said. */
export function lift(world: World, name: string): void {
  if (!world.cluster.get(ChangeProposal, name)) return;
  world.cluster.unannotate(
    ChangeProposal,
    name,
    ...["hold", "release", "reject"].map((what) => `millrace.dev/${what}`),
  );
}

/** The proposal that a branch belongs to. */
export const nameOf = (branch: string): string => branch.split("/").at(-1)!;
