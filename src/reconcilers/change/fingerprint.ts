import { createHash } from "node:crypto";
import type { Change } from "../../schema/change.ts";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Edit } from "../../schema/edit.ts";
import { oneLine } from "./one-line.ts";

/**
 * Digest of what a proposal asks for: its change and its repository, whatever the base, the limits and the text.
 * Two proposals with the same fingerprint want the same; a refusal is remembered by it.
 */
export function fingerprintOf({ metadata, spec }: ChangeProposal): string {
  const wanted = JSON.stringify(["v1", metadata.namespace, spec.repositoryRef.name, wishOf(spec.change)]);
  return createHash("sha256").update(wanted).digest("hex");
}

// What is written here is what a no is remembered by: a new field is added only where it is set, and last.
function wishOf({ edits = [], run, cherryPick, revert }: Change): unknown {
  if (revert) return ["revert", revert.from, revert.to];
  if (cherryPick) return ["cherryPick", cherryPick.commits];
  if (!run) return edits.map(editWish);
  const { command, image, env, directory, paths, network, repeat } = run;
  const environment = env.map(({ name, value }) => [name, value]);
  return ["run", command, image ?? null, environment, directory ?? null, paths, network, repeat];
}

function editWish({ path, set, changelog, line, content, rename, mode }: Edit): readonly unknown[] {
  if (set) return ["set", path, set.field, set.value, ...(set.format ? [set.format] : [])];
  if (changelog) return ["changelog", path, changelog.version, changelog.text];
  if (line) return ["line", path, line.marker, line.what, line.value];
  if (content !== undefined) return ["content", path, content, ...(mode ? [mode] : [])];
  if (rename) return ["rename", path, rename.to];
  return mode ? ["mode", path, mode] : ["delete", path];
}

const trailer = "Millrace-Fingerprint";

/** The lines at the end of a commit's message that say whose it is and what it proposes. */
export const trailersOf = (proposal: ChangeProposal): readonly string[] => [
  `Millrace-Proposal: ${proposal.metadata.namespace}/${proposal.metadata.name}`,
  `${trailer}: ${fingerprintOf(proposal)}`,
];

/** The message of the commit that carries a proposal. The same proposal has the same message. */
export function messageOf(proposal: ChangeProposal): string {
  const { title, body } = proposal.spec;
  const parts = [oneLine(title), body.replaceAll("\r\n", "\n").trim(), trailersOf(proposal).join("\n")];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** The trailer of a tip that has other commits of ours below it: what the first of them is built on. */
export const baseTrailer = (sha: string): string => `Millrace-Base: ${sha}`;

/** The fingerprint that a commit's message carries; the last counts, since the text before it is anybody's. */
export function fingerprintIn(message: string): string | undefined {
  return [...message.matchAll(/^Millrace-Fingerprint: ([0-9a-f]{64})$/gm)].at(-1)?.[1];
}

/** The commit that a chain of ours is built on, as its tip says. Undefined where the tip is all that there is: then its parent. */
export function baseIn(message: string): string | undefined {
  return /\nMillrace-Fingerprint: [0-9a-f]{64}\nMillrace-Base: ([0-9a-f]{40,64})\n*$/.exec(message)?.[1];
}
