import type { BareRepository } from "../git/bare.ts";
import type { Ref } from "../git/refs.ts";
import { peel } from "../git/revision.ts";
import { packet } from "./packet-line.ts";

/** What a client of protocol version 2 wants to know of the refs. */
interface Question {
  readonly peel: boolean;
  readonly symrefs: boolean;
  readonly unborn: boolean;
  readonly prefixes: readonly string[];
}

/** The question in the lines of an `ls-refs` request; undefined for another command. */
export function questionIn(lines: readonly string[]): Question | undefined {
  if (lines[0] !== "command=ls-refs") return undefined;
  const prefix = "ref-prefix ";
  return {
    peel: lines.includes("peel"),
    symrefs: lines.includes("symrefs"),
    unborn: lines.includes("unborn"),
    prefixes: lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length)),
  };
}

/** Refs with one of the prefixes, or all, by name; a ref that two prefixes ask for is there once. */
function refsUnder(bare: BareRepository, prefixes: readonly string[]): readonly Ref[] {
  const asked = prefixes.length === 0 ? ["refs/"] : prefixes.filter((prefix) => prefix.startsWith("refs/"));
  const found = new Map(asked.flatMap((prefix) => bare.refs.list(prefix)).map((ref) => [ref.name, ref]));
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Lists refs as git's `ls-refs` does, from files and without starting git: this is all that a fetch asks for when
 * nothing has changed.
 */
export async function answerRefs(bare: BareRepository, branch: string, question: Question): Promise<string> {
  const asked = (name: string): boolean =>
    question.prefixes.length === 0 || question.prefixes.some((prefix) => name.startsWith(prefix));
  const lines: string[] = [];
  const target = `refs/heads/${branch}`;
  const head = bare.refs.get(target);
  const symref = question.symrefs ? ` symref-target:${target}` : "";
  if (asked("HEAD") && head !== undefined) lines.push(`${head} HEAD${symref}\n`);
  else if (asked("HEAD") && question.unborn) lines.push(`unborn HEAD${symref}\n`);
  for (const { name, sha } of refsUnder(bare, question.prefixes)) {
    const peeled = question.peel && name.startsWith("refs/tags/") ? await peel(bare, sha) : sha;
    lines.push(`${sha} ${name}${peeled === sha ? "" : ` peeled:${peeled}`}\n`);
  }
  return `${lines.map(packet).join("")}0000`;
}
