import type { KubeObject } from "../../../src/controller/client.ts";
import { type Segment, verify } from "../../../src/sequencer/ledger.ts";
import type { Member } from "./member.ts";

/** What is wrong with the ledger of the one run that these records tell of: broken, still open, or not one line for each step. */
export function problemsOfLedger(members: readonly Member[], records: readonly KubeObject[]): readonly string[] {
  const specs = records.map((each) => each["spec"] as Segment & { readonly about: string });
  const runs = new Set(specs.map(({ run }) => run));
  if (runs.size !== 1) return [`the ledger has ${runs.size} runs: ${[...runs].join(", ")}`];
  const segments = specs.map(({ about: _, ...segment }) => segment).sort((a, b) => a.index - b.index);
  const [run] = runs;
  const verified = verify(run!, segments);
  const problems: string[] = [];
  if (verified.is === "broken") problems.push(`the ledger is broken at ${verified.seq}: ${verified.message}`);
  if (!segments.at(-1)!.isClosed) problems.push("the ledger is not closed");
  const entries = segments.flatMap((each) => each.entries);
  const at = (kind: string, name: string): readonly number[] =>
    entries.filter((each) => each.kind === kind && each.subject === name).map(({ seq }) => seq);
  for (const { name, needs } of members) {
    const [entered, exited] = [at("NodeEntered", name), at("NodeExited", name)];
    if (entered.length !== 1) problems.push(`${name}: ${entered.length} times NodeEntered`);
    if (exited.length !== 1) problems.push(`${name}: ${exited.length} times NodeExited`);
    const early = needs.filter((each) => !(at("NodeExited", each.name)[0]! < entered[0]!));
    problems.push(...early.map((each) => `${name}: the ledger has it begin before ${each.name} was through`));
  }
  const others = entries.filter(({ kind }) => kind === "NodeFailed" || kind === "NodeSkipped");
  return [...problems, ...others.map(({ kind, subject, reason }) => `${subject}: ${kind}, ${reason}`)];
}
