import { somebody } from "../access.ts";
import { type Forge, logTo, nowOf } from "../forge.ts";
import { created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { invalid, notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import type { Transaction } from "../store/store.ts";
import type { Hook } from "./hook.ts";
import { configIn, eventsIn } from "./input.ts";
import { webhookPayload } from "./part.ts";
import { deliveries, hooks } from "./record.ts";
import { configView, hookView } from "./view.ts";

const base = "/repos/{owner}/{repo}/hooks";

/** The hook that a path names, or 404. */
export function hookOf({ forge, repository, params }: RepositoryCall): Hook {
  const hook = forge.store.get(hooks, repository.id, Number(params["hook_id"]));
  if (!hook) throw notFound();
  return hook;
}

/** Routes that make, show, change, delete and try out a repository's hooks. */
export const hookRoutes: readonly Route[] = [
  onRepository("GET", base, "admin", (call) => {
    const all = [...call.forge.store.all(hooks, call.repository.id).values()];
    return paged(call, all, (hook) => hookView(call.forge, call.repository, hook));
  }),
  onRepository("POST", base, "admin", createHook),
  onRepository("GET", `${base}/{hook_id}`, "admin", (call) => ok(hookView(call.forge, call.repository, hookOf(call)))),
  onRepository("PATCH", `${base}/{hook_id}`, "admin", updateHook),
  onRepository("DELETE", `${base}/{hook_id}`, "admin", (call) => {
    const hook = hookOf(call);
    call.forge.store.transact((transaction) => {
      transaction.delete(hooks, call.repository.id, hook.id);
      for (const id of [...transaction.all(deliveries, hook.id).keys()]) transaction.delete(deliveries, hook.id, id);
    });
    return noContent;
  }),
  onRepository("GET", `${base}/{hook_id}/config`, "admin", (call) => ok(configView(hookOf(call)))),
  onRepository("PATCH", `${base}/{hook_id}/config`, "admin", async (call) => {
    const input = await call.fields("Hook");
    const hook = hookOf(call);
    const changed = { ...hook, config: configIn(input, hook.config), updatedAt: nowOf(call.forge) };
    call.forge.store.transact((transaction) => transaction.put(hooks, call.repository.id, hook.id, changed));
    return ok(configView(changed));
  }),
  onRepository("POST", `${base}/{hook_id}/pings`, "admin", (call) => {
    const hook = hookOf(call);
    call.forge.store.transact((transaction) => ping(call.forge, transaction, call, hook));
    return noContent;
  }),
];

async function createHook(call: RepositoryCall) {
  const input = await call.fields("Hook");
  const { forge, repository } = call;
  const caller = somebody(call.caller);
  const config = configIn(input.optionalObject("config") ?? input);
  const events = eventsIn(input, "events") ?? ["push"];
  const name = input.optionalText("name") ?? "web";
  if (name !== "web") throw invalid({ resource: "Hook", field: "name", code: "invalid", value: name });
  forge.quota.create(caller.credential);
  const hook = forge.store.transact((transaction) => {
    const same = [...transaction.all(hooks, repository.id).values()].some((each) => each.config.url === config.url);
    if (same) throw invalid({ resource: "Hook", code: "custom", message: "Hook already exists on this repository" });
    const now = nowOf(forge);
    const made: Hook = {
      ...{ id: transaction.next("id"), repositoryId: repository.id, active: input.optionalFlag("active") ?? true },
      ...{ events, config, createdAt: now, updatedAt: now },
    };
    transaction.put(hooks, repository.id, made.id, made);
    const subject = String(made.id);
    logTo(transaction, forge, { actor: caller.user.login, action: "hook.create", subject, repository });
    ping(forge, transaction, call, made);
    return made;
  });
  const view = hookView(forge, repository, hook);
  return created(view, String(view["url"]));
}

async function updateHook(call: RepositoryCall) {
  const input = await call.fields("Hook");
  const { forge, repository } = call;
  const hook = hookOf(call);
  const config = input.optionalObject("config");
  const events = new Set(eventsIn(input, "events") ?? hook.events);
  for (const event of eventsIn(input, "add_events") ?? []) events.add(event);
  for (const event of eventsIn(input, "remove_events") ?? []) events.delete(event);
  const changed: Hook = {
    ...hook,
    active: input.optionalFlag("active") ?? hook.active,
    events: [...events],
    config: config ? configIn(config, hook.config) : hook.config,
    updatedAt: nowOf(forge),
  };
  forge.store.transact((transaction) => transaction.put(hooks, repository.id, hook.id, changed));
  return ok(hookView(forge, repository, changed));
}

/** Tells one hook that it is there. */
function ping(forge: Forge, transaction: Transaction, { repository, caller }: RepositoryCall, hook: Hook): void {
  const payload = webhookPayload(forge, {
    name: "ping",
    repository,
    sender: somebody(caller).user.login,
    payload: { zen: "Keep it logically awesome.", hook_id: hook.id, hook: pinged(forge, repository, hook) },
  });
  forge.hooks.deliver(transaction, hook, { event: "ping", payload });
}

/** In a ping, a hook has no last response and its secret is left out. */
function pinged(forge: Forge, repository: RepositoryCall["repository"], hook: Hook): Record<string, unknown> {
  const { config } = hook;
  const { secret: _, ...shown } = configView({ ...hook, config });
  return { ...hookView(forge, repository, hook), config: shown };
}
