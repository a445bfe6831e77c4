import type { Operation } from "../../schema/operation.ts";
import type { Repository } from "../../schema/repository.ts";
import { isStalled, type Way } from "../way.ts";
import type { Unknown } from "./strategy.ts";

/** What keeps an operation from looking at a repository at all. */
export function obstacle({ spec: { type } }: Operation, repository: Repository, way: Way): Unknown | undefined {
  const { metadata, spec, status } = repository;
  if (!spec.operations.includes(type)) {
    const operations = JSON.stringify({ spec: { operations: [...spec.operations, type] } });
    const remedy = `kubectl -n ${metadata.namespace} patch repository ${metadata.name} --type=merge -p '${operations}'`;
    return { is: "blocked", reason: "NotAllowed", message: `its spec.operations does not list ${type}: ${remedy}` };
  }
  if (way.is === "shut") {
    const { verdict, reason, message } = way.finding;
    return { is: verdict === "stalled" ? "blocked" : "waiting", reason, message };
  }
  if (status?.head) return undefined;
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const message = ready ? `${ready.reason}: ${ready.message}` : "it was not looked at yet";
  return { is: isStalled(repository) ? "blocked" : "waiting", reason: "RepositoryNotReady", message };
}
