import { somebody } from "../access.ts";
import { nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { invalid, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { type Label, labels, pulls } from "../store/record.ts";
import type { Transaction } from "../store/store.ts";
import { labelView } from "../view/pull.ts";
import { labelNamed, putLabel, validColor, validName } from "./label.ts";

const base = "/repos/{owner}/{repo}/labels";

/** Routes of a repository's labels. */
export const labelRoutes: readonly Route[] = [
  onRepository("GET", base, "read", (call) => {
    const all = [...call.forge.store.all(labels, call.repository.id).values()];
    return paged(call, all, (label) => labelView(call.forge, call.repository, label));
  }),
  onRepository("POST", base, "write", createLabel),
  onRepository("GET", `${base}/{name}`, "read", (call) =>
    ok(labelView(call.forge, call.repository, labelInPath(call))),
  ),
  onRepository("PATCH", `${base}/{name}`, "write", updateLabel),
  onRepository("DELETE", `${base}/{name}`, "write", (call) => {
    const label = labelInPath(call);
    const { forge, repository } = call;
    const sender = somebody(call.caller).user.login;
    forge.store.transact((transaction) => {
      renameOnPulls(call, transaction, label.name, undefined);
      putLabel(transaction, { forge, repository, sender }, { label, action: "deleted" });
    });
    return noContent;
  }),
];

function labelInPath({ forge, repository, params }: RepositoryCall): Label {
  const label = labelNamed(forge.store, repository, params["name"] ?? "");
  if (!label) throw notFound();
  return label;
}

async function createLabel(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("Label");
  const name = validName(input.text("name"));
  const color = validColor(input.optionalText("color"));
  const description = input.optionalText("description") ?? null;
  const caller = somebody(call.caller);
  forge.quota.create(caller.credential);
  const label = forge.store.transact((transaction) => {
    if (labelNamed(transaction, repository, name)) {
      throw invalid({ resource: "Label", field: "name", code: "already_exists" });
    }
    const made: Label = { id: transaction.next("id"), name, color, description, default: false };
    putLabel(transaction, { forge, repository, sender: caller.user.login }, { label: made, action: "created" });
    return made;
  });
  const view = labelView(forge, repository, label);
  return created(view, String(view["url"]));
}

async function updateLabel(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("Label");
  const before = labelInPath(call);
  const label: Label = {
    ...before,
    name: validName(input.optionalText("new_name") ?? before.name),
    color: validColor(input.optionalText("color"), before.color),
    description: input.optionalText("description") ?? before.description,
  };
  const sender = somebody(call.caller).user.login;
  forge.store.transact((transaction) => {
    const taken = labelNamed(transaction, repository, label.name);
    if (taken && taken.id !== label.id) throw invalid({ resource: "Label", field: "name", code: "already_exists" });
    transaction.delete(labels, repository.id, before.name.toLowerCase());
    if (label.name !== before.name) renameOnPulls(call, transaction, before.name, label.name);
    const changes = {
      ...(label.name === before.name ? {} : { name: { from: before.name } }),
      ...(label.color === before.color ? {} : { color: { from: before.color } }),
      ...(label.description === before.description ? {} : { description: { from: before.description ?? "" } }),
    };
    putLabel(transaction, { forge, repository, sender }, { label, action: "edited", changes });
  });
  return ok(labelView(forge, repository, label));
}

/** Pull requests know their labels by name: they follow a new one, and lose one that is gone. */
function renameOnPulls(
  { forge, repository }: RepositoryCall,
  transaction: Transaction,
  from: string,
  to: string | undefined,
): void {
  for (const pull of transaction.all(pulls, repository.id).values()) {
    if (!pull.labels.includes(from)) continue;
    const renamed = pull.labels.flatMap((name) => (name === from ? (to ?? []) : name));
    transaction.put(pulls, repository.id, pull.number, { ...pull, labels: renamed, updatedAt: nowOf(forge) });
  }
}
