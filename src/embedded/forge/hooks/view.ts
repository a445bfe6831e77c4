import type { Forge } from "../forge.ts";
import type { Repository } from "../store/record.ts";
import { apiUrl } from "../view/repository.ts";
import type { Delivery, Hook } from "./hook.ts";
import { payloadOf } from "./pack.ts";
import { deliveries } from "./record.ts";

/** A hook's configuration; a secret is shown as stars, as GitHub does. */
export function configView({ config }: Hook): Record<string, unknown> {
  return {
    url: config.url,
    content_type: config.contentType,
    insecure_ssl: config.insecureTls ? "1" : "0",
    ...(config.secret === undefined ? {} : { secret: "********" }),
  };
}

/** A hook, with what its receiver last said. */
export function hookView(forge: Forge, repository: Repository, hook: Hook): Record<string, unknown> {
  const url = `${apiUrl(forge, repository)}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.active,
    events: hook.events,
    config: configView(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: lastResponse(forge, hook),
  };
}

function lastResponse(forge: Forge, hook: Hook): Record<string, unknown> {
  const last = [...forge.store.all(deliveries, hook.id).values()].filter(({ result }) => result).at(-1)?.result;
  if (!last) return { code: null, status: "unused", message: null };
  const status = last.status === "OK" ? "active" : last.status === "timed out" ? "timeout" : "misconfigured";
  return { code: last.statusCode === 0 ? null : last.statusCode, status, message: last.status };
}

/** A delivery in a list. */
export function deliveryItem(delivery: Delivery): Record<string, unknown> {
  const { id, guid, deliveredAt, redelivery, result, event, action, repositoryId } = delivery;
  return {
    id,
    guid,
    delivered_at: deliveredAt,
    redelivery,
    duration: result?.durationSeconds ?? 0,
    status: result?.status ?? "pending",
    status_code: result?.statusCode ?? 0,
    event,
    action,
    installation_id: null,
    repository_id: repositoryId,
    throttled_at: null,
  };
}

/** A delivery with what was sent and what came back. */
export function deliveryView(delivery: Delivery, url: string): Record<string, unknown> {
  const { request, result } = delivery;
  return {
    ...deliveryItem(delivery),
    url,
    request: { headers: request.headers, payload: payloadOf(delivery) },
    response: { headers: result?.headers ?? {}, payload: result?.body ?? "" },
  };
}

/** In a push event, and only there, a repository's times are seconds, and its owner also has a name and an address. */
export function pushRepository(
  view: Readonly<Record<string, unknown>>,
  repository: Repository,
): Record<string, unknown> {
  const seconds = (date: string): number => Math.floor(Date.parse(date) / 1000);
  return {
    ...view,
    created_at: seconds(repository.createdAt),
    pushed_at: seconds(repository.pushedAt),
    owner: { ...(view["owner"] as object), name: repository.owner, email: null },
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}
