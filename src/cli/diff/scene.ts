import { secretsOf } from "../../controller/children.ts";
import type { Client } from "../../controller/client.ts";
import { parseObject } from "../../controller/parse.ts";
import type { Key, Lookup, Secrets } from "../../reconcilers/ports.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import type { Kind, ObjectOf } from "../../schema/kind.ts";
import { Repository } from "../../schema/repository.ts";
import { asApplied } from "./applied.ts";
import type { Given } from "./document.ts";

/** The cluster as it would be with some objects applied. */
export interface Scene {
  /** Those of the objects that are of kinds that were read, in their order. */
  readonly applied: readonly ObjectOf<Kind>[];
  /** Those of them that are ChangeProposals. */
  readonly proposals: readonly ChangeProposal[];
  readonly lookup: Lookup;
  readonly secrets: Secrets;
}

/** Kinds that a proposal's way leads over. */
export const seen: readonly Kind[] = [Forge, Repository, ChangeProposal];

/** Reads what is there of these kinds, without a cluster nothing, and puts what is given in its place. Rejects with a CommandError. */
export async function sceneOf(
  given: readonly Given[],
  client: Client | undefined,
  signal: AbortSignal,
  kinds = seen,
): Promise<Scene> {
  const objects = new Map<string, ObjectOf<Kind>>();
  const namespaces = [...new Set(given.map(({ namespace }) => namespace))];
  for (const kind of client ? kinds : []) {
    for (const namespace of namespaces) await read(kind, namespace, { client: client!, objects, signal });
  }
  const applied: ObjectOf<Kind>[] = [];
  for (const each of given) {
    const kind = kinds.find(({ kind }) => kind === each.kind);
    if (!kind) continue;
    const object = await asApplied(kind, each, client, signal);
    objects.set(idOf(kind, each), object);
    applied.push(object);
  }
  const proposals = applied.filter(({ kind }) => kind === ChangeProposal.kind) as ChangeProposal[];
  return { applied, proposals, lookup: lookupOver(objects), secrets: secretsOver(given, client) };
}

const idOf = ({ kind }: Kind, { namespace, name }: Key): string => `${kind}/${namespace}/${name}`;

async function read(
  kind: Kind,
  namespace: string,
  { client, objects, signal }: { client: Client; objects: Map<string, ObjectOf<Kind>>; signal: AbortSignal },
): Promise<void> {
  for await (const { items } of client.list(kind.resource, { namespace, signal })) {
    for (const item of items) {
      const parsed = parseObject(kind, item);
      if (parsed.is === "valid") objects.set(idOf(kind, { namespace, name: item.metadata.name }), parsed.object);
    }
  }
}

const lookupOver = (objects: ReadonlyMap<string, ObjectOf<Kind>>): Lookup => ({
  get: <K extends Kind>(kind: K, key: Key) => objects.get(idOf(kind, key)) as ObjectOf<K> | undefined,
  list: <K extends Kind>(kind: K, namespace: string) =>
    [...objects]
      .filter(([id]) => id.startsWith(idOf(kind, { namespace, name: "" })))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object as ObjectOf<K>),
});

/** Those of the file go before those of the cluster. */
function secretsOver(given: readonly Given[], client: Client | undefined): Secrets {
  const stored = client && secretsOf(client);
  return {
    async read(namespace, ref, signal) {
      const own = given.find(
        (each) => each.kind === "Secret" && each.namespace === namespace && each.name === ref.name,
      );
      if (!own) return stored?.read(namespace, ref, signal);
      const { stringData, data } = own.object as {
        readonly [field: string]: Readonly<Record<string, string>> | undefined;
      };
      const encoded = data?.[ref.key];
      return (
        stringData?.[ref.key] ?? (encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString().trim())
      );
    },
  };
}
