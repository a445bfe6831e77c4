import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { type Commit, changesOf } from "../../../src/sequencer/release/change.ts";
import { nextVersion, parseReleaseVersion } from "../../../src/sequencer/release/next-version.ts";
import { notesOf } from "../../../src/sequencer/release/notes.ts";
import { mulberry32, pick } from "../../support/random.ts";
import { randomHistory } from "./history.ts";

interface PeerNote {
  readonly title: string;
  readonly text: string;
}

export interface PeerChange {
  readonly sha: string;
  readonly type: string;
  readonly scope: string | null;
  readonly bareMessage: string;
  readonly message: string;
  readonly notes: readonly PeerNote[];
  readonly references: readonly { readonly issue: string }[];
  readonly breaking: boolean;
}

interface Options {
  readonly bumpMinorPreMajor: boolean;
  readonly bumpPatchForMinorPreMajor: boolean;
  readonly prereleaseType: string;
  readonly logger: object;
}

type Strategy = new (options: Options) => { bump(version: object, changes: readonly PeerChange[]): object };

// What the package exports needs a forge; its arithmetic lies in these files.
const load = createRequire(import.meta.url);
const part = (path: string) => load(`release-please/build/src/${path}.js`) as Record<string, unknown>;
const parse = part("commit")["parseConventionalCommits"] as (commits: object[], logger: object) => PeerChange[];
const Version = part("version")["Version"] as { parse(text: string): object };
const strategies = {
  Default: part("versioning-strategies/default")["DefaultVersioningStrategy"] as Strategy,
  PreRelease: part("versioning-strategies/prerelease")["PrereleaseVersioningStrategy"] as Strategy,
};
const Notes = part("changelog-notes/default")["DefaultChangelogNotes"] as new () => {
  buildNotes(changes: readonly PeerChange[], about: object): Promise<string>;
};

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const byTitle = (a: PeerNote, b: PeerNote): number => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0);

/** Throws, with the seed, where our changes, version or notes of a random history are not the peer's. */
export async function compareHistory(seed: number): Promise<void> {
  const random = mulberry32(seed);
  const history = randomHistory(random);
  const current = pick(random, [
    "1.2.3",
    "0.4.0",
    "1.0.0-beta.1",
    "2.0.0-rc01",
    "0.0.1",
    "1.2.3+build5",
    "10.0.0-alpha",
  ]);
  const strategy = pick(random, ["Default", "PreRelease"] as const);
  const below = [random() < 0.5, random() < 0.5] as const;
  const tagged = random() < 0.8;
  await compare(history, { current, strategy, below, tagged }, `seed ${seed}`);
}

/** The peer's changes of commits; `hear` is told what its parser says. */
export const peerChanges = (history: readonly Commit[], hear: (text: string) => void): readonly PeerChange[] =>
  parse(history.map(asTheirs), { ...quiet, debug: hear, warn: hear });

interface Setting {
  readonly current: string;
  readonly strategy: keyof typeof strategies;
  readonly below: readonly [minorForBreaking: boolean, patchForFeature: boolean];
  readonly tagged: boolean;
}

export async function compare(history: readonly Commit[], setting: Setting, title: string): Promise<void> {
  const theirs = parse(history.map(asTheirs), quiet);
  const ours = changesOf(history);
  assert.deepEqual(
    ours.map((each) => ({ ...each, scope: each.scope ?? null, notes: each.notes.toSorted(byTitle) })),
    theirs.map(asOurs),
    title,
  );
  const { current, strategy, below, tagged } = setting;
  const options = {
    bumpMinorPreMajor: below[0],
    bumpPatchForMinorPreMajor: below[1],
    prereleaseType: "beta",
    logger: quiet,
  };
  const wanted = String(new strategies[strategy](options).bump(Version.parse(current), theirs));
  const rule = { strategy, minorForBreakingBelowOne: below[0], patchForFeatureBelowOne: below[1], preRelease: "beta" };
  const next = nextVersion(parseReleaseVersion(current)!, ours, rule);
  assert.equal(next.is === "version" && next.version, wanted, title);

  const previousTag = tagged ? `v${current}` : undefined;
  const repository = {
    host: "https://forge.example",
    owner: "acme",
    repository: "app",
    targetBranch: "main",
    commits: [],
  };
  const about = { version: wanted, previousTag, currentTag: `v${wanted}` };
  const told = await new Notes().buildNotes(theirs, { ...repository, ...about });
  const place = { url: "https://forge.example/acme/app", host: "https://forge.example", date: "2026-11-21" };
  const mine = notesOf(ours, { ...place, version: wanted, tag: `v${wanted}`, previousTag });
  assert.equal(mine, asTold(told), title);
}

const asTheirs = ({ sha, message, pullRequestBody }: Commit) => ({
  sha,
  message,
  files: [],
  pullRequest: pullRequestBody === undefined ? undefined : { body: pullRequestBody },
});

const asOurs = ({ sha, type, scope, bareMessage, message, notes, references, breaking }: PeerChange) => ({
  sha,
  type,
  scope,
  subject: bareMessage,
  header: message,
  notes: notes.map(({ title, text }) => ({ title, text })).sort(byTitle),
  references: references.map(({ issue }) => issue),
  isBreaking: breaking,
});

/** The peer's notes, but for the day; undefined where it releases nothing. */
function asTold(notes: string): string | undefined {
  const told = notes.replace(/\(\d{4}-\d\d-\d\d\)/, "(2026-11-21)");
  return told.split("\n").length > 1 ? told : undefined;
}
