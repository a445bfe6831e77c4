import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mutant, runMutant } from "../support/mutant.ts";

const engine = "src/reconcilers/change-proposal";
/** So many histories have to be enough to notice. */
const histories = 200;
const timeoutMs = 600_000;

/** Each guard of the engine, and what the engine is without it. */
const mutants: readonly (Mutant & { readonly first?: number })[] = [
  {
    guard: "the lease of a push",
    file: "test/support/memory-git.ts",
    from: "if (now !== expect) return",
    to: "if (false) return",
  },
  {
    guard: "a tip is ours only to the last bit",
    file: `${engine}/ownership.ts`,
    from: 'if (again.is === "commit" && again.sha === sha)',
    to: 'if (again.is === "commit")',
  },
  {
    guard: "hands off a branch that a person wrote to",
    file: `${engine}/decide.ts`,
    from: 'if (tip.is === "theirs" && open) return humanOwned(observed, open);',
    to: "",
  },
  {
    guard: "the intent is written before the effect",
    // What we did is mostly known by other facts, too: one history in hundreds has nothing but the intent.
    first: 501,
    file: `${engine}/journal.ts`,
    from: "if (!isSame(announced, intent)) return report(observed, decision, intent);",
    to: "void isSame;",
  },
  {
    guard: "a person's no is remembered",
    file: `${engine}/decide.ts`,
    from: "if (observed.declined?.fingerprint === fingerprint) return declined(observed, open);",
    to: "void declined;",
  },
  {
    guard: "our own withdrawal is no refusal",
    file: `${engine}/history.ts`,
    from: 'const byUs = pull.number === withdrawn || (intent?.effect === "Close" && intent.number === pull.number);',
    to: "const byUs = false;",
  },
  {
    guard: "nothing is merged with failed checks",
    file: `${engine}/merge.ts`,
    from: "if (tally.failing.length > 0) {",
    to: "if (false) {",
  },
  {
    guard: "nothing is merged while checks run",
    file: `${engine}/merge.ts`,
    from: "if (tally.pending.length > 0) {",
    to: "if (false) {",
  },
  {
    guard: "nothing is merged that nothing vouches for",
    file: `${engine}/merge.ts`,
    from: "if (tally.total === 0 && !rule.allowNoChecks) {",
    to: "if (false) {",
  },
  {
    guard: "nothing is merged without the yes that it needs",
    file: `${engine}/approval.ts`,
    from: "if (yes.length >= wanted.count) return undefined;",
    to: "if (yes) return undefined;",
  },
  {
    guard: "a yes is about one commit",
    file: `${engine}/approval.ts`,
    from: "(sha === headSha ? undefined :",
    to: "(sha ? undefined :",
  },
  {
    guard: "only whoever may write has a say",
    file: `${engine}/approval.ts`,
    from: "writers.includes(await host.role(at, by, signal))",
    to: "writers.length > 0",
  },
  {
    guard: "only a branch that is all ours is deleted",
    file: `${engine}/withdraw.ts`,
    from: 'if (tip.is === "ours") return take("Merged", about, { do: "deleteBranch", commit: tip.sha });',
    to: 'if ("sha" in tip) return take("Merged", about, { do: "deleteBranch", commit: tip.sha });',
  },
  {
    guard: "people need write access to steer",
    file: `${engine}/orders.ts`,
    from: "if (needsWrite ? !order.may.write : !order.may.read) {",
    to: "if (false) {",
  },
];

test("as it is, the project passes", async () => {
  const same = "export function decide(observed: Observed)";
  const whole = { guard: "none", file: `${engine}/decide.ts`, from: same, to: same };
  const { code, output } = await runMutant(whole, ["test/support/histories.ts", "1", "5"], timeoutMs);
  assert.equal(code, 0, output);
});

for (const mutant of mutants) {
  test(`without this guard the histories fail: ${mutant.guard}`, async () => {
    const { code, output } = await runMutant(
      mutant,
      ["test/support/histories.ts", String(mutant.first ?? 1), String(histories)],
      timeoutMs,
    );
    assert.equal(code, 1, `nobody noticed in ${histories} histories: ${output}`);
    assert.match(output, /^seed \d+: /m, "it failed by a promise, not by an accident");
  });
}
