import { isSafeRef } from "../git/refs.ts";
import type { Fields } from "../http/field.ts";
import { invalid } from "../http/problem.ts";
import type { Release } from "./record.ts";

/** What a body says of a release. */
export type ReleaseInput = Pick<Release, "tag" | "target" | "name" | "body" | "draft" | "prerelease" | "mayBeLatest">;

/** Reads a release; what is left out stays as before. */
export function releaseIn(input: Fields, before: ReleaseInput): ReleaseInput {
  const tag = input.optionalText("tag_name") ?? before.tag;
  if (tag === "") throw invalid({ resource: "Release", field: "tag_name", code: "missing_field" });
  if (!isSafeRef(`refs/tags/${tag}`)) {
    throw invalid({ resource: "Release", field: "tag_name", code: "custom", message: "tag_name is not a valid tag" });
  }
  const latest = input.optionalWord("make_latest", ["true", "false", "legacy"]);
  return {
    tag,
    target: input.optionalText("target_commitish") || before.target,
    name: textOr(input, "name", before.name),
    body: textOr(input, "body", before.body),
    draft: input.optionalFlag("draft") ?? before.draft,
    prerelease: input.optionalFlag("prerelease") ?? before.prerelease,
    mayBeLatest: latest === undefined ? before.mayBeLatest : latest !== "false",
  };
}

const textOr = (input: Fields, name: string, before: string | null): string | null =>
  input.has(name) ? (input.optionalText(name) ?? null) : before;
