/**
 * A plan of two hundred repositories on real git, through the local forge, by a controller that is killed a hundred times while it
 * runs: every release is there exactly once, the forge's own log says that nothing came before what it builds on, and the ledger
 * verifies. `MILLRACE_PLAN_REPOSITORIES`, `MILLRACE_PLAN_KILLS` and `MILLRACE_SEED` make it another one.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEntry } from "../../src/embedded/forge/store/record.ts";
import { mulberry32, pick } from "../support/random.ts";
import { isBot } from "../support/release-fleet/fleet.ts";
import { killPlan } from "../support/release-fleet/kill.ts";
import { membersOf } from "../support/release-fleet/member.ts";
import { problemsOfOrder, toldBy } from "../support/release-fleet/order.ts";

const count = Number(process.env["MILLRACE_PLAN_REPOSITORIES"] ?? 200);
const kills = Number(process.env["MILLRACE_PLAN_KILLS"] ?? 100);
/** A process that is started after a kill goes on within this. */
const resumeMs = 10_000;
const seed = Number(process.env["MILLRACE_SEED"] ?? 20261121);

test(`a plan of ${count} repositories, killed with signal 9 at ${kills} random moments, releases each exactly once`, async (t) => {
  const {
    kills: killed,
    resumedMs,
    seconds,
    problems,
  } = await killPlan({ count, kills, seed }, (line) => t.diagnostic(line));
  const sorted = resumedMs.toSorted((a, b) => a - b);
  const at = (share: number): string => ((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1_000).toFixed(1);
  t.diagnostic(`${killed} kills, ${seconds.toFixed(0)} s; resumed after ${at(0.5)} s (median), ${at(1)} s at most`);
  assert.deepEqual(problems, []);
  assert.equal(killed, kills, "it was over before");
  assert.ok((sorted.at(-1) ?? 0) <= resumeMs, `it took ${at(1)} s to go on`);
});

const members = membersOf(40, 5, 1);

/** What a forge would log of a faultless plan. */
const faultless = (): LogEntry[] =>
  members
    .flatMap(({ name, needs }) => {
      const actions = ["pull.create", "pull.merge", "tag.create v1.1.0", "release.publish v1.1.0"];
      return [...(needs.some(({ pin }) => pin) ? ["pull.create", "pull.merge"] : []), ...actions].map((each) => {
        const [action = "", subject = "1"] = each.split(" ");
        return { action, subject, repository: `acme/${name}`, actor: "millrace-0", time: "", sha: `${name}@1` };
      });
    })
    .map((entry, sequence) => ({ ...entry, sequence }));

const problemsOf = (log: readonly LogEntry[]): readonly string[] =>
  problemsOfOrder(
    members,
    toldBy(
      log.map((entry, sequence) => ({ ...entry, sequence })),
      isBot,
    ),
  );

test("a log without a fault passes, and whatever is taken out, doubled or put first is found", () => {
  assert.deepEqual(problemsOf(faultless()), []);
  for (let seed = 1; seed <= 500; seed++) {
    const random = mulberry32(seed);
    const log = faultless();
    const at = Math.floor(random() * log.length);
    const entry = log[at]!;
    const needed = members.filter(({ name }) => members.some(({ needs }) => needs.some((each) => each.name === name)));
    const tamper = pick(random, [
      () => log.splice(at, 1),
      () => log.splice(at, 0, entry),
      () => log.splice(at, 1, { ...entry, action: "tag.update" }),
      () => {
        // Its release comes last: after whatever builds on it.
        const { name } = pick(random, needed);
        const late = log.findIndex((each) => each.action === "release.publish" && each.repository === `acme/${name}`);
        log.push(...log.splice(late, 1));
      },
    ]);
    tamper();
    assert.notDeepEqual(problemsOf(log), [], `seed ${seed}`);
  }
});
