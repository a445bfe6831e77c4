import type { ForgeEvent } from "../event.ts";
import type { Forge } from "../forge.ts";
import type { StartPart } from "../part.ts";
import { repositoryView } from "../view/repository.ts";
import { userByLogin } from "../view/user.ts";
import { wants } from "./hook.ts";
import { hooks } from "./record.ts";
import { pushRepository } from "./view.ts";

/** Tells every hook that wants it of what happens in its repository. */
export const startHooks: StartPart = (forge) => {
  forge.events.listen((transaction, event) => {
    const listeners = [...transaction.all(hooks, event.repository.id).values()].filter((hook) =>
      wants(hook, event.name),
    );
    if (listeners.length === 0) return;
    const payload = webhookPayload(forge, event);
    for (const hook of listeners) forge.hooks.deliver(transaction, hook, { event: event.name, payload });
  });
  forge.hooks.resume();
  return { close: () => forge.hooks.close() };
};

/** The body of an event's webhook: its own fields among those that every event has. */
export function webhookPayload(forge: Forge, event: ForgeEvent): Readonly<Record<string, unknown>> {
  const { name, action, repository, sender, payload } = event;
  const view = { ...repositoryView(forge, repository), custom_properties: {} };
  return {
    ...(action === undefined ? {} : { action }),
    ...payload,
    repository: name === "push" ? pushRepository(view, repository) : view,
    sender: userByLogin(forge, sender),
  };
}
