import type { BareRepository } from "../git/bare.ts";
import { diffFiles, type FileDiff } from "../git/patch.ts";
import type { Fields } from "../http/field.ts";
import { invalid } from "../http/problem.ts";
import { factsOf } from "../pull/fact.ts";
import type { PullRequest } from "../store/record.ts";
import { lineAtPosition, placeInPatch } from "./hunk.ts";
import type { ReviewComment } from "./record.ts";

/** A remark before it has an author and an id. */
export type Remark = Pick<
  ReviewComment,
  "body" | "path" | "subject" | "line" | "side" | "startLine" | "startSide" | "diffHunk" | "position"
>;

const sides = ["LEFT", "RIGHT"] as const;
const refused = (field: string, message: string) =>
  invalid({ resource: "PullRequestReviewComment", field, code: "custom", message });

/** The files of a pull request as it stands. */
export async function filesOf(bare: BareRepository, pull: PullRequest): Promise<readonly FileDiff[]> {
  const { mergeBase } = await factsOf(bare, pull);
  return diffFiles(bare, mergeBase ?? pull.base.sha, pull.head.sha);
}

/** A remark from a request's body; 422 where it is not about a line that the diff shows. */
export function remarkIn(input: Fields, files: readonly FileDiff[]): Remark {
  const body = input.text("body");
  const path = input.text("path");
  const file = files.find((each) => each.path === path);
  if (!file) throw refused("pull_request_review_thread.path", "pull_request_review_thread.path is invalid");
  const patch = file.patch ?? "";
  if (input.optionalWord("subject_type", ["line", "file"]) === "file") {
    const place = { line: null, side: "RIGHT", startLine: null, startSide: null } as const;
    return { body, path, subject: "file", ...place, diffHunk: patch, position: 1 };
  }
  const asked = lineIn(input, patch);
  const place = asked && placeInPatch(patch, asked);
  if (!place)
    throw refused("pull_request_review_thread.line", "pull_request_review_thread.line must be part of the diff");
  const startLine = input.optionalNumber("start_line") ?? null;
  const startSide = startLine === null ? null : (input.optionalWord("start_side", sides) ?? asked.side);
  return {
    body,
    path,
    subject: "line",
    ...asked,
    startLine,
    startSide,
    diffHunk: place.hunk,
    position: place.position,
  };
}

/** `line` and `side`, or the older `position` in the diff. */
function lineIn(input: Fields, patch: string) {
  const line = input.optionalNumber("line");
  if (line !== undefined) return { line, side: input.optionalWord("side", sides) ?? "RIGHT" } as const;
  const position = input.optionalNumber("position");
  return position === undefined ? undefined : lineAtPosition(patch, position);
}
