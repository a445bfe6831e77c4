import assert from "node:assert/strict";
import { Release } from "../../src/schema/release.ts";
import { compareVersions, parseVersion } from "../../src/sequencer/version.ts";
import { history } from "../support/memory-host.ts";
import { app, branch, release, worked } from "../support/release-world.ts";
import type { World } from "../support/world.ts";

const slug = "acme/app";

/** Numbers that look random, and are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** One release, people who do whatever they like with it, and a process that dies. */
export class ReleaseHistory {
  readonly world: World;
  readonly #random: () => number;
  /** All that was done, oldest first: what is shown when a promise is broken. */
  readonly steps: string[] = [];
  /** Where tags were seen first. */
  readonly #tags = new Map<string, string>();
  /** What people wrote on pages last. */
  readonly #pages = new Map<string, string>();

  constructor(seed: number) {
    this.#random = randomOf(seed);
    this.world = worked();
    const mode = this.#random() < 0.5 ? "Manual" : "WhenChecksPass";
    this.world.apply(release({ merge: mode === "Manual" ? { mode } : { mode, allowNoChecks: true } }));
    this.world.host.faults.decide(() => (this.#random() < 0.01 ? "crash" : undefined));
  }

  /** Something that a person does, then some turns; every promise is looked at after each of them. */
  async step(): Promise<void> {
    const all = Object.entries(this.#people());
    const [name, act] = all[Math.floor(this.#random() * all.length)]!;
    if (this.#random() < 0.6) {
      this.steps.push(name);
      act();
    }
    const rounds = Math.floor(this.#random() * 4);
    for (let round = 0; round < rounds; round++) await this.#turns(round % 2 === 1);
  }

  /** Lets everything come to rest, without deaths. */
  async rests(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      const before = this.world.host.effects.length + this.world.cluster.writes.status;
      await this.#turns(round % 2 === 1);
      await this.#turns(round % 2 === 0);
      if (before === this.world.host.effects.length + this.world.cluster.writes.status) return;
    }
    assert.fail(`it does not come to rest:\n${this.world.transcript()}`);
  }

  async #turns(reversed: boolean): Promise<void> {
    this.world.clock.advance(61_000);
    await this.world.round(reversed);
    this.#keepsPromises();
  }

  #people(): Readonly<Record<string, () => void>> {
    const { person } = this.world;
    const there = app(this.world);
    const open = there.pulls.find(({ state }) => state === "Open");
    const closed = there.pulls.find(({ state, head }) => state === "Closed" && there.heads.has(head));
    const n = this.steps.length;
    const version = ["1.3.0", "1.3.1", "2.0.0", "1.4.0-beta.1"][Math.floor(this.#random() * 4)]!;
    return {
      "push a fix": () => void person.push(slug, "main", { [`f${n}`]: "\n" }, `fix: ${n}`),
      "push a feature": () => void person.push(slug, "main", { [`f${n}`]: "\n" }, `feat: ${n}`),
      "push a chore": () => void person.push(slug, "main", { [`f${n}`]: "\n" }, `chore: ${n}`),
      merge: () => open && mergeable(this.world) && void person.merge(slug, open.number),
      close: () => open && person.close(slug, open.number),
      reopen: () => !open && closed && person.reopen(slug, closed.number),
      "push to the branch": () =>
        open && there.heads.has(branch) && void person.push(slug, branch, { own: `${n}\n` }, "By me"),
      "write the changelog": () =>
        open &&
        there.heads.has(branch) &&
        void person.push(slug, branch, { "CHANGELOG.md": `# Changelog\n\n## ${version} (2026-02-02)\n\nMine.\n` }),
      "write it on main": () =>
        void person.push(
          slug,
          "main",
          { "CHANGELOG.md": `# Changelog\n\n## ${version} (2026-02-02)\n\nMine.\n` },
          "docs: x",
        ),
      "tag the head": () => !there.tags.has(`v${version}`) && person.tag(slug, `v${version}`),
      "tag elsewhere": () =>
        !there.tags.has(`v${version}`) &&
        person.tag(slug, `v${version}`, person.push(slug, "away", { [`x${n}`]: "\n" }, "feat: away")),
      "make the page": () => there.tags.has(`v${version}`) && this.#write(`v${version}`, `Mine, ${n}.`),
      "edit a page": () => {
        const page = there.releases[0];
        if (page) this.#write(page.tag, `${page.body.replace("* ", `* ${n} `)}\n\n${n}`);
      },
      "try again": () => this.world.cluster.annotate(Release, "next", { "millrace.dev/retry": String(n) }),
      "ask for a version": () => this.world.cluster.edit(Release, "next", { version }),
      suspend: () => this.world.cluster.edit(Release, "next", { suspend: true }),
      resume: () => this.world.cluster.edit(Release, "next", { suspend: false }),
      "lose the disk": () => this.world.replica.restart("lost"),
      adopt: () => open && void person.comment(slug, open.number, "/millrace adopt"),
    };
  }

  #write(tag: string, body: string): void {
    this.world.person.release(slug, tag, { body });
    this.#pages.set(tag, body);
  }

  #keepsPromises(): void {
    const there = app(this.world);
    const { effects } = this.world.host;
    for (const what of ["tag", "publish"] as const) {
      const ours = effects.filter((each) => each.by === "millrace" && each.what === what).map(({ on }) => on);
      assert.equal(new Set(ours).size, ours.length, `the same ${what} twice: ${ours.join(", ")}`);
      assert.ok(ours.length <= 1, `more than one ${what} for one release: ${ours.join(", ")}`);
    }
    for (const [tag, sha] of there.tags) {
      const before = this.#tags.get(tag) ?? sha;
      assert.equal(sha, before, `${tag} was moved`);
      this.#tags.set(tag, sha);
    }
    for (const [tag, body] of this.#pages) {
      const page = there.releases.find((each) => each.tag === tag);
      assert.equal(page?.body, body, `what a person wrote about ${tag} is not there any more`);
    }
    this.#keepsOrder();
  }

  #keepsOrder(): void {
    const there = app(this.world);
    const ours = this.world.host.effects.find((each) => each.by === "millrace" && each.what === "tag");
    const sha = ours && there.tags.get(ours.on)!;
    const { status } = Release.object.parse(this.world.cluster.get(Release, "next"));
    if (ours && sha) {
      const behind = history(there, sha);
      assert.ok(history(there, there.heads.get("main")!).has(sha), `${ours.on} is not on main`);
      for (const [tag, other] of there.tags) {
        if (tag === ours.on || other === sha || !behind.has(other)) continue;
        const [mine, theirs] = [ours.on, tag].map((each) => parseVersion(each.slice(1))!) as [never, never];
        assert.ok(compareVersions(mine, theirs) > 0, `${ours.on} does not come after ${tag}, which it has in it`);
      }
    }
    if (status?.phase !== "Released") return;
    assert.equal(there.tags.get(status.tag!), status.commit, "released, and the tag is elsewhere");
    assert.ok(
      there.releases.some(({ tag }) => tag === status.tag),
      "released, and the forge does not show it",
    );
    assert.deepEqual(status.verified, { tag: true, release: true, assets: 0 });
  }
}

/** Whether the host would merge it. */
function mergeable(world: World): boolean {
  const { commits, heads, pulls } = app(world);
  const open = pulls.find(({ state }) => state === "Open")!;
  const [head, base] = [commits.get(open.headSha), commits.get(heads.get("main")!)];
  const parent = commits.get(head?.parents[0] ?? "");
  const changelog = (of: typeof head): string => String(of?.files.get("CHANGELOG.md"));
  return changelog(parent) === changelog(base);
}

/** Plays the history of a seed to its end; whatever breaks a promise is thrown with all that led to it. */
export async function playsWell(seed: number): Promise<void> {
  const played = new ReleaseHistory(seed);
  try {
    for (let step = 0; step < 25; step++) await played.step();
    await played.rests();
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`seed ${seed} after ${played.steps.join(", ")}: ${message}\n${played.world.transcript()}`, {
      cause: error,
    });
  }
}
