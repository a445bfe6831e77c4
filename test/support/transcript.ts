import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import type { BaseStatus } from "../../src/schema/object.ts";
import { Operation } from "../../src/schema/operation.ts";
import type { MemoryPull, MemoryRepository } from "./memory-host.ts";
import type { World } from "./world.ts";

const shown: readonly string[] = [Operation.kind, ChangeProposal.kind];

/**
 * What people see: operations and proposals with their reasons, everything else only when it is not Ready, then the
 * pull requests, the open ones with what they change. Commit ids are `…`, since nobody knows them by heart.
 */
export function transcriptOf({ cluster, repositories }: World): string {
  const objects = [...cluster.objects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, object]) => {
      const { conditions = [] } = (object["status"] ?? {}) as BaseStatus;
      const ready = conditions.find(({ type }) => type === "Ready");
      if (ready?.status === "True" && !shown.includes(object.kind)) return [];
      const going = object.metadata.deletionTimestamp ? " (deleting)" : "";
      return [`${id}${going}: ${ready ? `${ready.reason}, ${ready.message}` : "not looked at yet"}`];
    });
  const pulls = repositories.flatMap((repository) => repository.pulls.flatMap((pull) => pullLines(repository, pull)));
  return [...objects, ...pulls].join("\n").replace(/\b[0-9a-f]{7,64}\b/g, "…");
}

function pullLines(repository: MemoryRepository, pull: MemoryPull): readonly string[] {
  const { owner, name } = repository.slug;
  const title = `${owner}/${name}#${pull.number} ${pull.state.toLowerCase()}: ${pull.title}`;
  if (pull.state !== "Open") return [title];
  const base = repository.commits.get(repository.heads.get(pull.base) ?? "")?.files;
  const head = repository.commits.get(pull.headSha)!.files;
  const paths = [...new Set([...(base?.keys() ?? []), ...head.keys()])].sort();
  return [title, ...paths.flatMap((path) => diff(path, text(base?.get(path)), text(head.get(path))))];
}

const text = (content: Uint8Array | undefined): readonly string[] =>
  content === undefined ? [] : Buffer.from(content).toString().replace(/\n$/, "").split("\n");

/** Lines that differ, place by place: enough for changes that keep the number of lines. */
function diff(path: string, before: readonly string[], after: readonly string[]): readonly string[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const [old, now] = [before[index], after[index]];
    if (old === now) return [];
    return [
      `  ${path}:${index + 1}`,
      ...(old === undefined ? [] : [`  - ${old}`]),
      ...(now === undefined ? [] : [`  + ${now}`]),
    ];
  }).flat();
}
