import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Fault } from "../../src/embedded/forge/http/fault.ts";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { Forge, PullRequest } from "../../src/reconcilers/forge-port.ts";
import { forgeOver } from "../support/github.ts";
import { type ForgeFixture, signal, text } from "./forge-fixture.ts";
import { type OnEmbedded, onEmbeddedForge } from "./forge-on-embedded.ts";

/**
 * Every write is safe to repeat: each request of each effect goes wrong once, before it is handled and after, and whoever
 * tries again until it is done has done it once.
 */
let host: ForgeFixture & OnEmbedded;
let forge: Forge;
let close: () => Promise<void>;
let count = 0;

before(async () => {
  host = await onEmbeddedForge();
  // Pauses between tries are not waited for, and there is time enough between two scenes for the limits on writing.
  const clock = { now: () => new Date(Date.now() + count * 120_000), sleep: async () => undefined };
  ({ forge, close } = await forgeOver({ url: host.api, token: host.token, clock }));
  await host.create(plain);
  await host.create(guarded);
  for (const id of [plain, guarded]) await host.label(id, "deps");
  await host.offerAutoMerge?.(guarded, true);
  await host.require(guarded, "main", ["build"]);
});
after(async () => {
  await close();
  await host.stop();
});

const plain = "acme/plain";
const guarded = "acme/guarded";
const faults: readonly Fault[] = [{ kind: "reset-after-success" }, { kind: "status", status: 502 }];

const release = { title: "One", body: "Notes.\n", isDraft: false, isPreRelease: false };
const file = { name: "a.bin", content: new Uint8Array(1_000) };

/** A branch with a change of its own, where it is, and its pull request, once there is one. */
interface Scene {
  readonly at: { readonly owner: string; readonly name: string };
  readonly id: string;
  readonly branch: string;
  readonly sha: string;
  pull: PullRequest | undefined;
}

interface Effect {
  readonly id: string;
  readonly isOpen: boolean;
  readonly act: (scene: Scene) => Promise<unknown>;
  /** What must be so when it is done. */
  readonly verify: (scene: Scene) => Promise<void>;
}

const number = ({ pull }: Scene): number => pull!.number;
const wish = { labels: ["deps"], reviewers: ["no-such-reviewer"], assignees: ["acme"] };
const effects: Readonly<Record<string, Effect>> = {
  opening: {
    ...{ id: plain, isOpen: false },
    act: ({ at, branch }) => forge.pulls.open(at, { branch, base: "main" }, text, signal),
    verify: async ({ at, branch }) => {
      const found = await forge.pulls.find(at, branch, signal);
      assert.equal(found?.state, "Open");
      const again = await forge.pulls.open(at, { branch, base: "main" }, text, signal);
      assert.equal(again.number, found.number);
    },
  },
  decorating: {
    ...{ id: plain, isOpen: true },
    act: async (scene) => {
      const { unknown } = await forge.pulls.decorate(scene.at, number(scene), wish, signal);
      assert.deepEqual(unknown, ["no-such-reviewer"]);
    },
    verify: async (scene) => {
      const expected = { labels: ["deps"], reviewers: [], assignees: ["acme"] };
      assert.deepEqual(await host.decoration(scene.id, number(scene)), expected);
    },
  },
  commenting: {
    ...{ id: plain, isOpen: true },
    act: (scene) => forge.pulls.comment(scene.at, number(scene), { body: "Stopped.", mark: "stopped" }, signal),
    verify: async (scene) => assert.equal((await host.comments(scene.id, number(scene))).length, 1),
  },
  revising: {
    ...{ id: plain, isOpen: true },
    act: (scene) => forge.pulls.revise(scene.at, scene.pull!, { title: "Other", body: "" }, signal),
    verify: async (scene) => {
      const found = await forge.pulls.get(scene.at, number(scene), signal);
      assert.deepEqual([found?.title, found?.body], ["Other", ""]);
    },
  },
  closing: {
    ...{ id: plain, isOpen: true },
    act: (scene) => forge.pulls.close(scene.at, number(scene), "Not needed.", signal),
    verify: async (scene) => {
      assert.equal((await forge.pulls.get(scene.at, number(scene), signal))?.state, "Closed");
      assert.deepEqual(await host.comments(scene.id, number(scene)), ["Not needed."]);
    },
  },
  merging: {
    ...{ id: plain, isOpen: true },
    act: async (scene) => {
      const how = { sha: scene.sha, method: "Squash" } as const;
      const result = await forge.pulls.merge(scene.at, number(scene), how, signal);
      assert.equal(result.merged, true, JSON.stringify(result));
    },
    verify: async (scene) => assert.equal((await forge.pulls.get(scene.at, number(scene), signal))?.state, "Merged"),
  },
  publishing: {
    ...{ id: plain, isOpen: false },
    act: async ({ at, id, branch, sha }) => {
      if (!(await host.tags(id)).includes(branch)) await host.tag(id, branch, sha);
      await forge.releases.publish(at, { ...release, tag: branch }, signal);
    },
    verify: async ({ id, branch }) => assert.deepEqual(await namesOf(id, branch), ["One"]),
  },
  drafting: {
    ...{ id: plain, isOpen: false },
    act: async ({ at, id, branch, sha }) => {
      if (!(await host.tags(id)).includes(branch)) await host.tag(id, branch, sha);
      await forge.releases.publish(at, { ...release, tag: branch, isDraft: true }, signal);
    },
    verify: async ({ id, branch }) => assert.deepEqual(await namesOf(id, branch), ["One"]),
  },
  "rewriting a release": {
    ...{ id: plain, isOpen: false },
    act: async ({ at, id, branch: tag, sha }) => {
      if (!(await host.tags(id)).includes(tag)) await host.tag(id, tag, sha);
      if ((await host.releases(id)).every((each) => each[0] !== tag)) await host.release(id, { ...release, tag });
      await forge.releases.revise(at, { tag, title: "Two", body: "Other." }, signal);
    },
    verify: async ({ id, branch }) => assert.deepEqual(await namesOf(id, branch), ["Two"]),
  },
  attaching: {
    ...{ id: plain, isOpen: false },
    act: async ({ at, id, branch: tag, sha }) => {
      if (!(await host.tags(id)).includes(tag)) await host.tag(id, tag, sha);
      if ((await host.releases(id)).every((each) => each[0] !== tag)) await host.release(id, { ...release, tag });
      await forge.releases.attach(at, { tag, ...file }, signal);
    },
    verify: async ({ at, branch }) => {
      const found = await forge.releases.find(at, branch, signal);
      assert.deepEqual(found?.assets, [{ name: file.name, bytes: 1_000 }]);
    },
  },
  "handing over": {
    ...{ id: guarded, isOpen: true },
    act: async (scene) => {
      const how = { sha: scene.sha, method: "Squash" } as const;
      assert.deepEqual(await forge.pulls.handOver(scene.at, number(scene), how, signal), { handed: true });
    },
    verify: async (scene) => assert.equal((await forge.pulls.get(scene.at, number(scene), signal))?.handedOver, true),
  },
};

const namesOf = async (id: string, tag: string): Promise<readonly string[]> =>
  (await host.releases(id)).flatMap(([of, title]) => (of === tag ? [title] : []));

async function sceneOf({ id, isOpen }: Effect): Promise<Scene> {
  const [owner = "", name = ""] = id.split("/");
  const branch = `change-${count++}`;
  const sha = await host.commit(id, branch, { [`${branch}.txt`]: "one\n" });
  const at = { owner, name };
  const pull = isOpen ? await forge.pulls.open(at, { branch, base: "main" }, text, signal) : undefined;
  return { at, id, branch, sha, pull };
}

/** Does it with one request going wrong, again until it is done; gives how many requests there were in the first try. */
async function tryWith({ act, verify }: Effect, scene: Scene, nth: number, fault: Fault): Promise<number> {
  let requests = 0;
  let [isFirst, inFirst] = [true, 0];
  host.setFault(({ authorization }) => {
    if (!authorization?.includes(host.token)) return undefined;
    requests += 1;
    if (isFirst) inFirst = requests;
    return requests === nth ? fault : undefined;
  });
  for (let tries = 1; ; tries++) {
    try {
      await act(scene);
      break;
    } catch (error) {
      isFirst = false;
      assert.ok(error instanceof ForgeError && error.code === "unavailable", String(error));
      assert.ok(tries < 3, `not done after ${tries} tries: ${error.message}`);
    }
  }
  host.setFault(undefined);
  await verify(scene);
  return inFirst;
}

describe("the GitHub adapter does it once, whatever goes wrong:", () => {
  for (const [name, effect] of Object.entries(effects))
    test(name, async (t) => {
      const needed = await tryWith(effect, await sceneOf(effect), 0, { kind: "reset" });
      for (let nth = 1; nth <= needed; nth++)
        for (const fault of faults) await tryWith(effect, await sceneOf(effect), nth, fault);
      t.diagnostic(`${needed} requests, ${needed * faults.length} ways to go wrong`);
    });
});
