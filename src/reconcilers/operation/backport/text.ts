import type { Operation } from "../../../schema/operation.ts";
import type { Repository } from "../../../schema/repository.ts";
import { short } from "../../way.ts";

type Wish = NonNullable<Operation["spec"]["backport"]>;

/** What the proposal for one branch says. */
export function specOf(operation: Operation, wish: Wish, repository: Repository, branch: string) {
  const { commits, failFast } = wish;
  const [first = ""] = commits;
  const what = commits.length === 1 ? short(first) : `${commits.length} commits`;
  const page = repository.status?.url;
  const { branch: from } = repository.spec;
  return {
    repositoryRef: { name: repository.metadata.name },
    base: branch,
    title: `Backport ${what} to ${branch}`.slice(0, 250),
    about: {
      why: `Operation ${operation.metadata.name} wants ${commits.length === 1 ? "this commit" : "these commits"} of ${from} on ${branch} as well.`,
      origins: commits.slice(0, 32).map((sha) => ({
        name: `commit ${short(sha)}`,
        ...(page && { url: `${page}/commit/${sha}` }),
        to: short(sha),
      })),
    },
    change: { cherryPick: { commits, onConflict: failFast ? "FailFast" : "ReportAll" } },
  };
}
