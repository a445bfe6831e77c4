import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readLines, writeLines } from "../../src/cli/audit/lines.ts";
import { auditRuns } from "../../src/cli/audit/run.ts";
import { audit } from "../../src/cli/command/audit.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { append, begin, type Segment } from "../../src/sequencer/ledger.ts";
import { systemClock } from "../support/system-clock.ts";

const happening = (subject: string) => ({
  at: "2026-11-21T10:00:00Z",
  kind: "NodeEntered",
  subject,
  actor: "millrace",
  reason: "its turn\ncame",
  ...(subject.endsWith("0") && { before: "1.0.0", after: "" }),
});
const many = (count: number) => Array.from({ length: count }, (_, at) => happening(`node-${at}`));
const recordsOf = (parts: readonly Segment[], about = "Operation/sync"): RunRecord[] =>
  parts.map((part) =>
    RunRecord.object.parse({
      apiVersion: "millrace.dev/v1alpha1",
      kind: "RunRecord",
      metadata: { name: `${part.run}-${part.index}`, namespace: "fleet", uid: "1" },
      spec: { ...part, about },
    }),
  );
const long = recordsOf(append(begin("sync-1"), many(450), true));
const short = recordsOf(append(begin("autumn-1"), many(2)), "ReleasePlan/autumn");

/** Runs the command on what an export of these records wrote. */
async function verify(text: string, ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-audit-"));
  const file = join(folder, "runs.ndjson");
  writeFileSync(file, text);
  let out = "";
  try {
    const code = await audit.run({
      options: { file },
      arguments: ["verify", ...args],
      env: {},
      clock: systemClock,
      random: () => 0.5,
      version: "1",
      root: ".",
      signal: new AbortController().signal,
      out: (more) => {
        out += more;
      },
      error: () => undefined,
      colour: false,
    });
    return { code, out };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const exported = auditRuns([...long, ...short].reverse())
  .map(writeLines)
  .join("");

test("what was written out is what the cluster has, and verifies without it", async () => {
  assert.deepEqual(readLines(exported), auditRuns([...short, ...long]));
  assert.deepEqual(await verify(exported), {
    code: 0,
    out: `RUN        ABOUT                ENTRIES   RUN IS     RECORD
autumn-1   ReleasePlan/autumn   2         going on   intact
sync-1     Operation/sync       450       over       intact
`,
  });
});

test("one run is asked for by its name, or by the object that ran", async () => {
  for (const asked of ["sync-1", "operation/sync", "op/sync"])
    assert.match((await verify(exported, asked)).out, /^RUN.*\nsync-1 .*\n$/);
  await assert.rejects(verify(exported, "op/other"), /there is no record of op\/other/);
});

test("whatever was changed in an export is found, and the exit code says so", async () => {
  const lines = exported.trim().split("\n");
  for (const changed of [
    lines.toSpliced(100, 1),
    lines.with(100, lines[100]!.replace("its turn", "my turn")),
    lines.with(100, lines[101]!).with(101, lines[100]!),
    lines.toSpliced(100, 0, lines[100]!),
  ]) {
    const { code, out } = await verify(changed.join("\n"));
    assert.equal(code, 1);
    assert.match(out, /sync-1 .* BROKEN: entry \d+ /);
    assert.match(out, /autumn-1 .* intact/);
  }
});

test("a part that is gone from the cluster is found", () => {
  const [run] = auditRuns(long.toSpliced(1, 1));
  assert.deepEqual([run!.verified.is, run!.entries.length], ["broken", 250]);
});

test("a line that is no entry is named", async () => {
  await assert.rejects(verify(`${exported}{"run": "x"}\n`), /line 453 is no entry of a record/);
  await assert.rejects(verify("\n\nnonsense"), /line 3 is no entry of a record/);
});
