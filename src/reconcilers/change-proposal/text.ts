import { createHash } from "node:crypto";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { oneLine } from "../change/one-line.ts";
import type { ProposalText } from "../forge-port.ts";
import { vocabulary } from "./command.ts";
import type { Status } from "./observed.ts";
import { cell, code, inert, link, quoted } from "./quoted.ts";

/** So much of what upstream says is shown. */
const mostNotes = 4_000;
const mostPaths = 10;

/**
 * What the pull request of a proposal says: the proposal's own words, then why, what changes, where it comes from, what follows,
 * and how to steer it. Everything that others wrote is inert in it. The same object and the same change have the same text.
 */
export function textOfPull(
  proposal: ChangeProposal,
  { diff, leftOut }: Pick<Status, "diff" | "leftOut">,
): ProposalText {
  const { title, body, about = {} } = proposal.spec;
  const parts = [
    body.replaceAll("\r\n", "\n").trim(),
    about.why && `**Why now:** ${inert(about.why)}`,
    diff && changes(diff),
    leftOut && `**What is left out:** ${inert(leftOut)}`,
    origins(about.origins ?? []),
    about.notes?.trim() && `### What upstream says\n\n${quoted(about.notes.trim(), mostNotes)}`,
    about.next && `**What follows:** ${inert(about.next)}`,
    footer(proposal),
  ];
  return { title: oneLine(title), body: parts.filter(Boolean).join("\n\n") };
}

function changes({ files, added, removed, paths }: NonNullable<Status["diff"]>): string {
  const counted = `${files} ${files === 1 ? "file" : "files"}, +${added} −${removed}`;
  const shown = paths.slice(0, mostPaths).map((path) => code(path));
  const more = files - shown.length;
  const named = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return `**What changes:** ${counted}${named === "" ? "" : `: ${named}`}`;
}

type Origin = NonNullable<NonNullable<ChangeProposal["spec"]["about"]>["origins"]>[number];

function origins(all: readonly Origin[]): string | undefined {
  if (all.length === 0) return undefined;
  const rows = all.map(({ name, url, from = "", to = "" }) => {
    const cells = [link(name, url), code(from), code(to)].map(cell);
    return `| ${cells.join(" | ")} |`;
  });
  return ["| Comes from | Before | After |", "| --- | --- | --- |", ...rows].join("\n");
}

function footer({ metadata, spec }: ChangeProposal): string {
  const merged = {
    Manual: "It is merged by a person.",
    WhenChecksPass: "It is merged by itself when its checks have passed.",
  }[spec.merge.mode];
  return [
    "---",
    `Kept by Millrace as ChangeProposal \`${metadata.namespace}/${metadata.name}\`. ${merged}`,
    "Close it to refuse this change. Push to its branch to take it over: Millrace then leaves it to you.",
    `To steer it, begin a comment with \`/millrace\` and one of ${vocabulary}.`,
  ].join("\n");
}

/** Forges trim text and change its line breaks, which does not count. */
const plain = (text: string): string => text.replaceAll("\r\n", "\n").trim();

const digest = (text: string): string => createHash("sha256").update(plain(text)).digest("hex").slice(0, 24);

/** Digests of title and text, by which our own words are known again. At most 64 characters. */
export const digestOf = ({ title, body }: ProposalText): string => `${digest(title)}.${digest(body)}`;

/**
 * What the pull request should say: our words, except where a person has changed what we wrote, which stays as they left it.
 * `known` are digests of what we wrote, or were about to write. Undefined when it says so already.
 */
export function revision(
  shown: ProposalText,
  wanted: ProposalText,
  known: readonly string[],
): ProposalText | undefined {
  const [title, body] = digestOf(shown).split(".") as [string, string];
  const isOurs = (part: 0 | 1, now: string): boolean => known.some((each) => each.split(".")[part] === now);
  const next = {
    title: isOurs(0, title) ? wanted.title : shown.title,
    body: isOurs(1, body) ? wanted.body : shown.body,
  };
  return plain(next.title) === plain(shown.title) && plain(next.body) === plain(shown.body) ? undefined : next;
}
