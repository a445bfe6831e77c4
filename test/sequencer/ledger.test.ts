import assert from "node:assert/strict";
import { test } from "node:test";
import { append, begin, type Entry, type Happening, type Segment, verify } from "../../src/sequencer/ledger.ts";
import { mulberry32, pick } from "../support/random.ts";

const happening = (subject: string, reason = "ready"): Happening => ({
  at: "2026-11-21T10:00:00Z",
  kind: "NodeEntered",
  subject,
  actor: "controller",
  reason,
});
const many = (count: number, reason?: string): Happening[] =>
  Array.from({ length: count }, (_, at) => happening(`repository-${at}`, reason));

test("entries are numbered from one and chained", () => {
  const [segment] = append(begin("run-1"), many(3)) as [Segment];
  assert.deepEqual(
    segment.entries.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.deepEqual(verify("run-1", [segment]), { is: "intact", entries: 3, head: segment.entries[2]!.hash });
});

test("it is the same ledger whether written at once or one by one", () => {
  let segments: readonly Segment[] = [begin("run-1")];
  for (const each of many(450)) segments = [...segments.slice(0, -1), ...append(segments.at(-1)!, [each])];
  assert.deepEqual(segments, append(begin("run-1"), many(450)));
});

test("a long run has several segments, none of them large, and they verify in any order", () => {
  const segments = append(begin("run-1"), [...many(500), ...many(60, "x".repeat(4_000))], true);
  assert.ok(segments.length >= 4);
  for (const segment of segments) assert.ok(Buffer.byteLength(JSON.stringify(segment)) <= 48 * 1024);
  assert.equal(verify("run-1", segments.toReversed()).is, "intact");
});

test("what is over does not change", () => {
  const closed = append(begin("run-1"), many(2), true).at(-1)!;
  assert.throws(() => append(closed, many(1)), /the ledger of run-1 is closed/);
});

test("whatever is changed, taken out, put in or moved is found", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = mulberry32(seed);
    const segments = append(begin("run-1"), many(150 + Math.floor(random() * 400)), true).map((each) => ({
      ...each,
      entries: [...each.entries],
    }));
    const segment = pick(random, segments);
    const at = Math.floor(random() * segment.entries.length);
    const entry = segment.entries[at]!;
    const last = segment === segments.at(-1) && at === segment.entries.length - 1;
    const tamper: (() => void)[] = [
      () => segment.entries.splice(at, 1, { ...entry, reason: "another" }),
      () => segment.entries.splice(at, 1, { ...entry, at: "2026-11-21T11:00:00Z" }),
      () => segment.entries.splice(at, 1, { ...entry, after: "1.0.0" }),
      () => segment.entries.splice(at, 0, { ...entry } as Entry),
      ...(last ? [] : [() => segment.entries.splice(at, 1)]),
      ...(segments.length > 1 ? [() => segments.splice(Math.floor(random() * (segments.length - 1)), 1)] : []),
    ];
    pick(random, tamper)();
    assert.equal(verify("run-1", segments).is, "broken", `seed ${seed}`);
  }
});

test("a ledger of another run does not pass for this one", () => {
  const [segment] = append(begin("run-2"), many(1)) as [Segment];
  assert.equal(verify("run-1", [{ ...segment, run: "run-1" }]).is, "broken");
});
