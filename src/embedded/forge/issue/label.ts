import type { Forge } from "../forge.ts";
import { invalid } from "../http/problem.ts";
import { type Label, labels, type Repository } from "../store/record.ts";
import type { Reader, Transaction } from "../store/store.ts";
import { labelView } from "../view/pull.ts";

/** The grey of a label that nobody gave a colour. */
const plainColor = "ededed";

/** A label of a repository by its name, in any case. */
export const labelNamed = (reader: Reader, repository: Repository, name: string): Label | undefined =>
  reader.get(labels, repository.id, name.toLowerCase());

/** A label with this name, made in grey where there is none. */
export function labelFor(
  transaction: Transaction,
  place: { readonly forge: Forge; readonly repository: Repository; readonly sender: string },
  name: string,
): Label {
  const { repository } = place;
  const existing = labelNamed(transaction, repository, name);
  if (existing) return existing;
  const label = { id: transaction.next("id"), name, color: plainColor, description: null, default: false };
  putLabel(transaction, place, { label, action: "created" });
  return label;
}

/** Writes a label and tells of it. */
export function putLabel(
  transaction: Transaction,
  { forge, repository, sender }: { readonly forge: Forge; readonly repository: Repository; readonly sender: string },
  { label, action, changes }: { readonly label: Label; readonly action: string; readonly changes?: unknown },
): void {
  const key = label.name.toLowerCase();
  if (action === "deleted") transaction.delete(labels, repository.id, key);
  else transaction.put(labels, repository.id, key, label);
  const payload = { label: labelView(forge, repository, label), ...(changes === undefined ? {} : { changes }) };
  forge.events.emit(transaction, { name: "label", action, repository, sender, payload });
}

/** A name that a label may have: not blank, 50 characters at most. */
export function validName(name: string): string {
  if (name.trim() === "" || [...name].length > 50) {
    throw invalid({ resource: "Label", field: "name", code: name.trim() === "" ? "missing_field" : "invalid" });
  }
  return name;
}

/** Six hexadecimal digits without a `#`. */
export function validColor(color: string | undefined, otherwise = plainColor): string {
  if (color === undefined) return otherwise;
  if (!/^[0-9a-f]{6}$/i.test(color))
    throw invalid({ resource: "Label", field: "color", code: "invalid", value: color });
  return color.toLowerCase();
}
