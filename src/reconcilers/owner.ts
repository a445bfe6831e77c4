import type { Metadata } from "../schema/object.ts";
import type { Key } from "./ports.ts";

/** An object, as far as it says whose it is. */
interface Owned {
  readonly metadata: Pick<Metadata, "namespace" | "ownerReferences">;
}

/** Whether this very owner, and not another one of its name, controls the object. */
export const isOwnedBy = ({ metadata }: Owned, owner: { readonly metadata: Pick<Metadata, "uid"> }): boolean =>
  metadata.ownerReferences?.some(({ uid, controller }) => controller === true && uid === owner.metadata.uid) ?? false;

/** The key of whoever of a kind controls the object, as a watch asks for it: one, or none. */
export const ownersOf =
  ({ kind: wanted }: { readonly kind: string }) =>
  ({ metadata: { namespace, ownerReferences = [] } }: Owned): readonly Key[] =>
    ownerReferences
      .filter(({ kind, controller }) => controller === true && kind === wanted)
      .map(({ name }) => ({ namespace, name }));
