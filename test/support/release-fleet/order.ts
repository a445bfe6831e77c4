import type { LogEntry } from "../../../src/embedded/forge/store/record.ts";
import type { Member } from "./member.ts";

/** What a forge's log tells of the release of one repository. */
export interface Told {
  /** Sequence of the first thing that a bot did there. */
  readonly began: number;
  readonly tags: readonly LogEntry[];
  readonly published: readonly LogEntry[];
  readonly drafted: readonly LogEntry[];
  readonly opened: readonly LogEntry[];
  readonly merged: readonly LogEntry[];
}

/** The log of what accounts other than people's did, by repository. */
export function toldBy(log: readonly LogEntry[], isOurs: (actor: string) => boolean): ReadonlyMap<string, Told> {
  const byRepository = new Map<string, LogEntry[]>();
  for (const entry of log) {
    if (entry.repository === null || !isOurs(entry.actor)) continue;
    const name = entry.repository.split("/")[1]!;
    const known = byRepository.get(name);
    if (known) known.push(entry);
    else byRepository.set(name, [entry]);
  }
  return new Map([...byRepository].map(([name, entries]) => [name, toldOf(entries)]));
}

function toldOf(entries: readonly LogEntry[]): Told {
  const of = (action: string) => entries.filter((each) => each.action === action);
  return {
    began: entries[0]!.sequence,
    tags: entries.filter(({ action }) => action.startsWith("tag.")),
    published: of("release.publish"),
    drafted: of("release.create"),
    opened: of("pull.create"),
    merged: of("pull.merge"),
  };
}

/**
 * What is wrong with the order, and with how often things were done: each repository has exactly one tag and one release, as
 * many merges as pull requests and no more than two, and nothing was done to it before all that it builds on was published.
 */
export function problemsOfOrder(members: readonly Member[], told: ReadonlyMap<string, Told>): readonly string[] {
  return members.flatMap((member) => {
    const own = told.get(member.name);
    if (!own) return [`${member.name}: nothing was done`];
    const early = member.needs.filter(({ name }) => !isBefore(told.get(name)?.published[0], own.began));
    return [
      ...problemsOfCount(member, own),
      ...early.map(({ name }) => `${member.name}: began at ${own.began}, before ${name} was released`),
    ];
  });
}

const isBefore = (entry: LogEntry | undefined, sequence: number): boolean =>
  entry !== undefined && entry.sequence < sequence;

function problemsOfCount({ name, needs }: Member, own: Told): readonly string[] {
  const { tags, published, drafted, opened, merged } = own;
  const problems: string[] = [];
  const told = (entries: readonly LogEntry[]) =>
    entries.map(({ sequence, action, subject }) => `${sequence} ${action} ${subject}`).join(", ") || "none";
  if (tags.length !== 1 || tags[0]!.action !== "tag.create") problems.push(`${name}: tags: ${told(tags)}`);
  if (published.length !== 1 || published[0]!.subject !== tags[0]?.subject || drafted.length > 1)
    problems.push(`${name}: releases: ${told([...drafted, ...published])}`);
  const most = needs.some(({ pin }) => pin) ? 2 : 1;
  if (opened.length !== most || merged.length !== most)
    problems.push(`${name}: pull requests, of which ${most} are due: ${told([...opened, ...merged])}`);
  const release = merged.at(-1);
  if (release?.sha !== tags[0]?.sha) problems.push(`${name}: the tag is at ${tags[0]?.sha}, not at ${release?.sha}`);
  return problems;
}
