import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fencedForges, fencedGit, fencedMemory, fencedRunner } from "../../src/cli/fenced-effects.ts";
import { FencedError } from "../../src/controller/fence.ts";
import type { Forge, Forges, Pulls } from "../../src/reconcilers/forge-port.ts";
import type { Releases } from "../../src/reconcilers/forge-release-port.ts";
import type { Git } from "../../src/reconcilers/git-port.ts";
import type { Memory } from "../../src/reconcilers/ports.ts";
import type { Runner } from "../../src/reconcilers/runner-port.ts";

/**
 * What changes nothing for anybody. Every other method of a port is an effect, also one that is new and that nobody has
 * thought about: it has to be refused to a leader that was deposed.
 */
const reads = {
  git: ["sync", "read", "entry", "tar", "diff", "isAncestor", "describe", "commit", "pick", "revert", "list", "log"],
  forge: [
    "capabilities",
    "identity",
    "quota",
    "content",
    "repository",
    "role",
    "remote",
    "archiveSha256",
    "rehearse",
    "pulls",
    "releases",
  ],
  pulls: ["find", "get", "checks", "comments", "approvals", "closedBy"],
  releases: ["find"],
  runner: [],
  memory: ["load"],
} as const satisfies {
  readonly git: readonly (keyof Git)[];
  readonly forge: readonly (keyof Forge)[];
  readonly pulls: readonly (keyof Pulls)[];
  readonly releases: readonly (keyof Releases)[];
  readonly runner: readonly (keyof Runner)[];
  readonly memory: readonly (keyof Memory)[];
};

/** Answers every method by its name, and remembers which were called. */
function everything<T extends object>(calls: string[], parts: Partial<T> = {}): T {
  return new Proxy(parts, {
    get: (known, name) => {
      if (Object.hasOwn(known, name)) return known[name as keyof T];
      // An async function may give it back, and must not take it for a promise.
      if (name === "then") return undefined;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return Promise.resolve([String(name), ...args]);
      };
    },
  }) as T;
}

async function ports(mayWrite: () => boolean) {
  const calls: string[] = [];
  const forge = everything<Forge>(calls, {
    pulls: everything<Pulls>(calls),
    releases: everything<Releases>(calls),
  });
  const { signal } = new AbortController();
  const forges = fencedForges({ of: async () => forge }, mayWrite);
  const fenced = await forges.of({} as Parameters<Forges["of"]>[0], signal);
  return {
    calls,
    git: fencedGit(everything<Git>(calls), mayWrite),
    forge: fenced,
    pulls: fenced.pulls,
    releases: fenced.releases,
    runner: fencedRunner(everything<Runner>(calls), mayWrite),
    memory: fencedMemory(everything<Memory>(calls), mayWrite),
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

for (const port of ["git", "forge", "pulls", "releases", "runner", "memory"] as const) {
  const isRead = (name: string): boolean => (reads[port] as readonly string[]).includes(name);

  describe(`a leader that was deposed, and its ${port}`, () => {
    test("every effect is refused before it is begun", async () => {
      const { calls, [port]: fenced } = await ports(() => false);
      const effects = Object.entries(fenced).filter(([name]) => !isRead(name));
      assert.equal(effects.length > 0, port !== "forge", `effects of ${port}: ${effects.map(([name]) => name)}`);
      for (const [name, act] of effects) {
        await assert.rejects((act as Method)("some", "arguments"), FencedError, `${port}.${name} is not fenced`);
        assert.deepEqual(calls, [], `${port}.${name} was carried out`);
      }
    });

    test("what it reads it may go on reading, and while it leads it may do everything", async () => {
      for (const leads of [false, true]) {
        const { calls, [port]: fenced } = await ports(() => leads);
        const allowed = Object.entries(fenced).filter(
          ([name, each]) => typeof each === "function" && (leads || isRead(name)),
        );
        for (const [name, act] of allowed)
          assert.deepEqual(await (act as Method)("some", "arguments"), [
            name,
            ...(isBare(name) ? [] : ["some", "arguments"]),
          ]);
        assert.deepEqual(
          calls,
          allowed.map(([name]) => name),
        );
      }
    });
  });
}

/** Methods that take nothing, so that nothing is passed on. */
const isBare = (name: string): boolean => ["quota", "content", "rehearse"].includes(name);

test("it is asked before each effect, not once", async () => {
  let leads = true;
  const { calls, pulls } = await ports(() => leads);
  const close = pulls.close as unknown as Method;
  await close("a");
  leads = false;
  await assert.rejects(close("b"), FencedError);
  assert.deepEqual(calls, ["close"]);
});
