import type { KubeObject } from "../../controller/client.ts";
import { isConflict, isNotFound } from "../../controller/errors.ts";
import { parseObject } from "../../controller/parse.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { requestedAt } from "../../schema/object.ts";
import type { Cluster } from "../cluster.ts";
import { CommandError, type Context } from "../command.ts";
import type { Annotations } from "./wish.ts";

/** So often an object is read again that somebody else changed in between. */
const mostTries = 5;
const waits = { stepMs: 250, longestMs: 15_000 } as const;

/** The proposal as it is now. Rejects with a CommandError when there is none. */
export async function readProposal(
  { client, namespace }: Cluster,
  name: string,
  { signal }: Context,
): Promise<ChangeProposal> {
  try {
    return parsed(await client.get(ChangeProposal.resource, { namespace, name }, { signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const next = `millrace proposal list --namespace ${namespace}`;
    throw new CommandError(`there is no ChangeProposal ${name} in namespace ${namespace}`, { next });
  }
}

function parsed(raw: KubeObject): ChangeProposal {
  const result = parseObject(ChangeProposal, raw);
  if (result.is === "invalid") throw new CommandError(result.finding.message);
  return result.object as ChangeProposal;
}

/**
 * Sets annotations, as `wish` has them for the proposal as it is: when somebody else changes it in between, it is read and
 * asked again. Gives what acknowledges it: see `requestedAt`.
 */
export async function steer(
  cluster: Cluster,
  name: string,
  wish: (proposal: ChangeProposal) => Annotations,
  context: Context,
): Promise<string> {
  const { signal, clock } = context;
  for (let tries = 1; ; tries++) {
    const proposal = await readProposal(cluster, name, context);
    const { namespace, resourceVersion } = proposal.metadata;
    const token = clock.now().toISOString();
    const wanted = Object.entries({ ...wish(proposal), [requestedAt]: token });
    const annotations = Object.fromEntries(wanted.map(([key, value]) => [key, value ?? null]));
    const patch = { metadata: { resourceVersion, annotations } };
    try {
      const options = { signal, fieldManager: "millrace-cli" };
      await cluster.client.mergePatch(ChangeProposal.resource, { namespace, name }, patch, options);
      return token;
    } catch (error) {
      if (!isConflict(error) || tries >= mostTries) throw error;
    }
  }
}

/** Waits until the controller has looked, and gives the proposal as it is then; undefined when it takes longer than 15 s. */
export async function acknowledged(
  cluster: Cluster,
  name: string,
  token: string,
  context: Context,
): Promise<ChangeProposal | undefined> {
  for (let waited = 0; waited < waits.longestMs; waited += waits.stepMs) {
    const proposal = await readProposal(cluster, name, context);
    if (proposal.status?.lastHandledReconcileAt === token) return proposal;
    await context.clock.sleep(waits.stepMs, context.signal);
  }
  return undefined;
}
