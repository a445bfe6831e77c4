import type { Client, KubeObject } from "../../controller/client.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { kinds } from "../../schema/index.ts";
import type { Condition } from "../../schema/object.ts";
import { CommandError } from "../command.ts";
import type { Narrator } from "./narrator.ts";

/** The objects of a namespace as the API server has them now, by kind. */
export type Fleet = ReadonlyMap<string, readonly KubeObject[]>;

export async function readFleet(client: Client, namespace: string, signal: AbortSignal): Promise<Fleet> {
  const fleet = new Map<string, readonly KubeObject[]>();
  for (const { kind, resource } of kinds) {
    const items: KubeObject[] = [];
    for await (const page of client.list(resource, { namespace, signal })) items.push(...page.items);
    fleet.set(kind, items);
  }
  return fleet;
}

interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly phase?: string;
  readonly pullRequest?: { readonly ref: string; readonly url: string };
  readonly head?: { readonly sha: string };
}
export const statusOf = (object: KubeObject): Status => (object["status"] ?? {}) as Status;
const readyOf = (object: KubeObject) => statusOf(object).conditions?.find(({ type }) => type === "Ready");

/** Objects that are not Ready for their newest spec, each with its own word for why. */
export function notReady(fleet: Fleet): readonly string[] {
  return [...fleet].flatMap(([kind, objects]) =>
    objects
      .filter(
        (each) => readyOf(each)?.status !== "True" || statusOf(each).observedGeneration !== each.metadata.generation,
      )
      .map((each) => `${kind}/${each.metadata.name}: ${readyOf(each)?.message ?? "not looked at yet"}`),
  );
}

export interface Watcher {
  readonly client: Client;
  readonly namespace: string;
  readonly clock: Clock;
  readonly tell: Narrator;
  readonly signal: AbortSignal;
}

/** Looks until `done`, telling each step of each proposal once. Gives up after `patienceMs`, and says what is not so. */
export async function follow(
  watcher: Watcher,
  { done, what, patienceMs }: { done: (fleet: Fleet) => boolean; what: string; patienceMs: number },
): Promise<Fleet> {
  const deadline = performance.now() + patienceMs;
  const told = new Map<string, string>();
  for (;;) {
    const fleet = await readFleet(watcher.client, watcher.namespace, watcher.signal);
    for (const proposal of fleet.get(ChangeProposal.kind) ?? []) tellOnce(proposal, told, watcher.tell);
    if (done(fleet)) return fleet;
    if (performance.now() > deadline) {
      throw new CommandError(
        `${what}: not so after ${patienceMs / 1_000} s\n  ${notReady(fleet).join("\n  ") || "everything is Ready, but something is missing"}`,
        {
          next: "run it again with --verbose to see the controller's log",
        },
      );
    }
    await watcher.clock.sleep(150, watcher.signal);
  }
}

function tellOnce(proposal: KubeObject, told: Map<string, string>, tell: Narrator): void {
  const { phase, pullRequest } = statusOf(proposal);
  const line = `${proposal.metadata.name.padEnd(24)} ${(pullRequest?.ref ?? "").padEnd(4)} ${(phase ?? "").padEnd(14)} ${readyOf(proposal)?.message ?? ""}`;
  if (phase === undefined || told.get(proposal.metadata.name) === line) return;
  told.set(proposal.metadata.name, line);
  tell.say(line.trimEnd());
}
