import type { ChangeProposal } from "../../schema/change-proposal.ts";
import { oneLine } from "../change/one-line.ts";
import type { ProposalText, PullRequest } from "../forge-port.ts";

/** What the pull request of a proposal says: the proposal's own words, and how to steer it. */
export function textOfPull({ metadata, spec }: ChangeProposal): ProposalText {
  const merged = {
    Manual: "It is merged by a person.",
    WhenChecksPass: "It is merged by itself when its checks have passed.",
  }[spec.merge.mode];
  const footer = [
    "---",
    `Kept by Millrace as ChangeProposal \`${metadata.namespace}/${metadata.name}\`. ${merged}`,
    "Close it to refuse this change. Push to its branch to take it over: Millrace then leaves it to you.",
  ].join("\n");
  return { title: oneLine(spec.title), body: [spec.body.trim(), footer].filter(Boolean).join("\n\n") };
}

/** Whether a pull request says this. Forges trim text and change its line breaks, which does not count. */
export const saysSo = (pull: Pick<PullRequest, "title" | "body">, { title, body }: ProposalText): boolean =>
  plain(pull.title) === plain(title) && plain(pull.body) === plain(body);

const plain = (text: string): string => text.replaceAll("\r\n", "\n").trim();
