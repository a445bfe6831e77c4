/**
 * Wants real repositories: MILLRACE_REAL_HISTORIES names a directory that holds them, bare or cloned, with their tags, such as
 * `git clone --bare --filter=blob:none https://github.com/yargs/yargs`.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changesOf } from "../../src/sequencer/release/change.ts";
import { compare, peerChanges } from "../sequencer/release/peer.ts";
import { repositoriesIn, type Step, stepsOf } from "./real-history.ts";
import { versionOf } from "./released-version.ts";

const directory = process.env["MILLRACE_REAL_HISTORIES"];
/** Releases of more commits than that are the whole past of a repository at once. */
const mostCommits = 2_000;

/** Share of releases that have the version of their commits at least; the others were decided by people, outside of commits. */
const leastAlike = 0.9;

/** What the peer's parser says of a commit that it drops although its first line is right, and how docs/release-please.md calls it. */
const known = [
  ["bracket", /unexpected token [\s\S]*valid tokens \[\)\]/],
  ["length", /Maximum call stack size exceeded/],
] as const;

type Known = (typeof known)[number][0];

/** Why the peer has less than we have of a commit. Undefined where it has as much. */
function differenceOf({ sha, message }: { readonly sha: string; readonly message: string }): Known | undefined {
  const said: string[] = [];
  const theirs = peerChanges([{ sha, message }], (text) => said.push(text));
  const ours = changesOf([{ sha, message }]);
  if (theirs.length === ours.length) return undefined;
  const found = known.find(([, sign]) => sign.test(said.join("\n")))?.[0];
  assert.ok(found, `${sha}: ${ours.length} changes, and the peer has ${theirs.length}: ${said.join("; ")}`);
  return found;
}

async function compareStep({ title, from, commits }: Step, count: (why: Known) => void): Promise<void> {
  const alike = commits.filter((commit) => {
    const why = differenceOf(commit);
    if (why) count(why);
    return why === undefined;
  });
  for (const strategy of ["Default", "PreRelease"] as const)
    for (const below of [true, false])
      await compare(alike, { current: from.version, strategy, below: [below, below], tagged: true }, title);
}

describe("the releases of real repositories", {
  skip: directory === undefined && "wants MILLRACE_REAL_HISTORIES, a directory of repositories with tags",
}, () => {
  for (const repository of directory === undefined ? [] : repositoriesIn(directory)) {
    test(`${repository.name} has the changes, versions and notes of release-please`, async (t) => {
      const steps = stepsOf(repository).filter(({ commits }) => commits.length <= mostCommits);
      assert.ok(steps.length > 0, "no two tags with versions follow on each other");
      const counts = { bracket: 0, length: 0 };
      const count = (why: Known): void => {
        counts[why] += 1;
      };
      for (const step of steps) await compareStep(step, count);
      const commits = steps.reduce((sum, step) => sum + step.commits.length, 0);
      t.diagnostic(`${steps.length} releases, ${commits} commits; the peer drops: ${JSON.stringify(counts)}`);
    });

    test(`${repository.name} was released as what its commits say`, (t) => {
      const released = stepsOf(repository).flatMap((step) => {
        const version = versionOf(step);
        return version === undefined ? [] : [{ step, version }];
      });
      if (released.length === 0) return t.skip("it has no configuration of release-please");
      const others = released.filter(({ step, version }) => step.to.version !== version);
      for (const { step, version } of others) t.diagnostic(`${step.title} after ${step.from.version}: ${version}`);
      t.diagnostic(`${released.length - others.length} of ${released.length} have the version of their commits`);
      assert.ok(others.length <= released.length * (1 - leastAlike), `${others.length} of ${released.length} have not`);
    });
  }
});
