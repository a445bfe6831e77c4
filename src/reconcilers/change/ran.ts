import type { RunChange } from "../../schema/change.ts";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { bounded } from "../bounded.ts";
import { ForgeError } from "../errors.ts";
import type { EntryMode, FileChange } from "../git-port.ts";
import type { RunFile, Runner, RunState } from "../runner-port.ts";
import { short } from "../way.ts";
import { commitOn } from "./commit.ts";
import type { Hands } from "./hands.ts";
import { checkPatch, pathsToKnow } from "./patch.ts";
import type { Base, ChangeFacts, Produced } from "./produced.ts";
import { type Refused, refuse } from "./refused.ts";
import { baseOfRun, inputOn } from "./run-base.ts";
import { outputDigest, runId } from "./run-digest.ts";

type Record = NonNullable<ChangeFacts["run"]>;

/** How often a run that got lost is started in all. */
const mostAttempts = 3;

/** What a command comes to on this base, or on the one that it is running on: not yet, or what it changed, in one commit. */
export async function produceRun(
  proposal: ChangeProposal,
  wish: RunChange,
  wanted: Base,
  hands: Hands,
): Promise<Produced> {
  const { runner } = hands;
  if (!runner) return refuse("NoRunner", noRunner);
  const base = await baseOfRun(proposal, wish, wanted, hands);
  const input = await inputOn(proposal, wish, base.sha, hands);
  if (input === undefined) throw new ForgeError("conflict", `${base.branch} moved away from ${base.sha}`);
  const { run: known } = proposal.status ?? {};
  if (known && known.input !== input) await forget(proposal.metadata, known, hands);
  const at = { proposal, wish, base, hands };
  const record = recordFor(input, base, known);
  const { state, attempt } = await look(at, runner, record);
  return reported(state, { ...record, attempt }, at);
}

const noRunner =
  "spec.change.run needs a runner, and this installation runs no commands: set MILLRACE_RUNNER to process or job";

/** What a turn for one run works on. */
interface At {
  readonly proposal: ChangeProposal;
  readonly wish: RunChange;
  readonly base: Base;
  readonly hands: Hands;
}

/** What is known of this input; of another one, only what it gave. */
function recordFor(input: string, base: Base, known: Record | undefined): Record {
  if (known?.input === input) return known;
  const before = known?.output ?? known?.before;
  return { input, base: base.sha, attempt: 1, ...(before !== undefined && { before }) };
}

/** Looks at the run, and begins it anew where it got lost. Earlier attempts stay, so that a turn that is repeated finds them lost. */
async function look(
  { proposal, wish, base, hands }: At,
  runner: Runner,
  { input, attempt: first }: Record,
): Promise<{ readonly state: RunState; readonly attempt: number }> {
  const { namespace, name, uid } = proposal.metadata;
  for (let attempt = first; ; attempt++) {
    const run = { id: runId(input, uid, attempt), owner: { namespace, name, uid }, wish };
    const state = await runner.look({ ...run, remote: hands.remote, commit: base.sha }, hands.signal);
    if (state.is !== "lost" || attempt >= mostAttempts) return { state, attempt };
  }
}

async function reported(state: RunState, record: Record, at: At): Promise<Produced> {
  switch (state.is) {
    case "pending": {
      const run = { ...unfinished(record), ...(state.startedAt && { startedAt: timeOf(state.startedAt) }) };
      return { is: "waiting", reason: "CommandRunning", message: state.message, facts: { run } };
    }
    case "failed": {
      const run = ended(record, at.hands.now, state.log);
      return { ...refuse(state.reason, state.message), facts: { run } };
    }
    case "lost": {
      const message = `it got lost ${record.attempt} times, the last time because ${state.message}: ask for a retry when that is settled`;
      return { ...refuse("RunLost", message), facts: { run: ended(record, at.hands.now, "") } };
    }
    case "succeeded":
      return done(state, record, at);
  }
}

async function done(state: Extract<RunState, { is: "succeeded" }>, record: Record, at: At): Promise<Produced> {
  const { proposal, wish, base, hands } = at;
  const output = outputDigest(state.files);
  if (record.output !== undefined && record.output !== output) {
    const message = `the same command on the same files gave ${record.output} before, and ${output} now: make it give the same each time, then ask for a retry`;
    return { ...refuse("NonDeterministic", message), facts: { run: record } };
  }
  const { log: _, ...rest } = record;
  const times = { startedAt: timeOf(state.startedAt), finishedAt: timeOf(state.finishedAt) };
  const run: Record = { ...rest, ...times, output, isolation: state.isolation.slice(0, 512) };
  const refusal = checkPatch(state.files, wish, await entriesOf(state.files, base, hands));
  if (refusal) return { ...refusal, facts: { run } };
  const produced = await commitOn(base, state.files.map(changeOf), proposal, hands);
  const loop = produced.is === "commit" ? loopOf(run, at) : undefined;
  return { ...(loop ?? produced), facts: { run } };
}

/** On what its own merge left, the command has nothing to do, or else it never ends. */
function loopOf({ before, output }: Record, { proposal, wish, base }: At): Refused | undefined {
  if (wish.repeat !== "WhenBaseMoves" || proposal.status?.merge?.sha !== base.sha) return undefined;
  const gave = before ? `it gave ${before} there, and ${output} now` : `it gives ${output} now`;
  const message = `the command changes files again right after its own change was merged as ${short(base.sha)}, so this would never end: ${gave}. Make it give nothing where nothing is to do; it goes on when somebody else moves ${base.branch}, or with a retry`;
  return refuse("Loop", message);
}

async function entriesOf(
  files: readonly RunFile[],
  { sha }: Base,
  { git, remote, signal }: Hands,
): Promise<ReadonlyMap<string, EntryMode | undefined>> {
  const paths = pathsToKnow(files);
  const modes = await bounded(paths, 16, async (path) => (await git.entry(remote, sha, path, signal))?.mode);
  return new Map(paths.map((path, index) => [path, modes[index]]));
}

const changeOf = ({ path, content, mode }: RunFile): FileChange =>
  content ? { path, content, mode } : { path, content: undefined };

/** Stops and forgets all attempts at an input. */
export async function forget(
  { namespace, name, uid }: ChangeProposal["metadata"],
  { input, attempt: last }: Record,
  { runner, signal }: Hands,
): Promise<void> {
  for (let attempt = 1; attempt <= last; attempt++) {
    await runner?.discard({ id: runId(input, uid, attempt), owner: { namespace, name, uid } }, signal);
  }
}

const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

const unfinished = ({ log: _, finishedAt: __, ...record }: Record): Record => record;

/** When it ended is what was seen first, so that status stands still. */
const ended = (record: Record, now: Date, log: string): Record => ({
  ...record,
  finishedAt: record.finishedAt ?? timeOf(now),
  ...(log && { log: tail(log, 2_048) }),
});

/** The end of a text, whole characters of it. */
const tail = (text: string, most: number): string => text.slice(-most).replace(/\p{Cs}/gu, "\ufffd");
