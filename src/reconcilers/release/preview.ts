import { Release } from "../../schema/release.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Hands } from "../change/hands.ts";
import { dayOf, type Line, lineOf } from "./line.ts";
import { type Next, nextOf, type Previous } from "./next.ts";
import { ruleOf } from "./rule.ts";
import type { Reason } from "./verdict.ts";

/** What a preview is asked about: the parts of a Release that decide its version. */
export type Asked = Pick<Release["spec"], "repositoryRef"> &
  Partial<Pick<Release["spec"], "library" | "branch" | "version" | "bump">>;

/** What would be released now, and what was released before it. */
export type Preview =
  | (Next & { readonly previous: Previous | undefined })
  | { readonly is: "refused"; readonly reason: Reason; readonly message: string; readonly previous: undefined };

/** What would be released now. Reads only; one round trip of git. */
export async function previewOf(asked: Asked, repository: Repository, hands: PreviewHands): Promise<Preview> {
  const spec = Release.spec.parse(asked);
  const found = ruleOf(spec, repository.spec.release, repository.spec.branch);
  if (found.is === "refused") return { ...found, previous: undefined };
  const { rule } = found;
  const refs = await hands.git.sync(hands.remote, hands.signal);
  const head = refs.heads.get(rule.branch);
  if (head === undefined) {
    return {
      is: "refused",
      reason: "BranchMissing",
      message: `there is no branch ${rule.branch}`,
      previous: undefined,
    };
  }
  const line = await lineOf(rule, { refs, head }, hands);
  const next = nextOn(line, { spec, repository, day: await dayOf(line, hands) }, hands);
  return { ...next, previous: line.previous };
}

/** What a preview works with. */
export type PreviewHands = Pick<Hands, "git" | "remote" | "signal">;

/** What comes next on a line. */
export function nextOn(
  { rule, previous, commits }: Line,
  { spec, repository, day }: { readonly spec: Release["spec"]; readonly repository: Repository; readonly day: string },
  { remote }: Pick<Hands, "remote">,
): Next {
  const url = repository.status?.url ?? remote.url.replace(/\.git$/, "");
  return nextOf({ spec, rule, previous, commits, about: { url, host: hostOf(url), date: day } });
}

/** Root of the forge's pages: all before owner and name. */
const hostOf = (url: string): string => url.split("/").slice(0, -2).join("/");
