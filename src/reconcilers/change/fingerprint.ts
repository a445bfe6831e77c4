import { createHash } from "node:crypto";
import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { oneLine } from "./one-line.ts";

/**
 * Digest of what a proposal asks for: its edits and its repository, whatever the base and whatever the text.
 * Two proposals with the same fingerprint want the same; a refusal is remembered by it.
 */
export function fingerprintOf({ metadata, spec }: ChangeProposal): string {
  const edits = (spec.change.edits ?? []).map((edit) => {
    if (edit.set) return ["set", edit.path, edit.set.field, edit.set.value];
    return edit.content === undefined ? ["delete", edit.path] : ["content", edit.path, edit.content];
  });
  const wanted = JSON.stringify(["v1", metadata.namespace, spec.repositoryRef.name, edits]);
  return createHash("sha256").update(wanted).digest("hex");
}

const trailer = "Millrace-Fingerprint";

/** The message of the commit that carries a proposal. The same proposal has the same message. */
export function messageOf(proposal: ChangeProposal): string {
  const { metadata, spec } = proposal;
  const trailers = [
    `Millrace-Proposal: ${metadata.namespace}/${metadata.name}`,
    `${trailer}: ${fingerprintOf(proposal)}`,
  ].join("\n");
  const [title, body] = [oneLine(spec.title), spec.body.replaceAll("\r\n", "\n").trim()];
  return `${[title, body, trailers].filter(Boolean).join("\n\n")}\n`;
}

/** The fingerprint that a commit's message carries; the last counts, since the text before it is anybody's. */
export function fingerprintIn(message: string): string | undefined {
  return [...message.matchAll(/^Millrace-Fingerprint: ([0-9a-f]{64})$/gm)].at(-1)?.[1];
}
