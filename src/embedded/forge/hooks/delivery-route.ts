import { type Answer, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { pageOf } from "../http/pagination.ts";
import { notFound, Problem } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { apiUrl } from "../view/repository.ts";
import type { Delivery, Hook } from "./hook.ts";
import { payloadOf } from "./pack.ts";
import { deliveries } from "./record.ts";
import { hookOf } from "./route.ts";
import { deliveryItem, deliveryView } from "./view.ts";

const base = "/repos/{owner}/{repo}/hooks/{hook_id}";

/** Routes that show what was delivered and deliver it again. */
export const deliveryRoutes: readonly Route[] = [
  onRepository("GET", `${base}/deliveries`, "admin", listDeliveries),
  onRepository("GET", `${base}/deliveries/{delivery_id}`, "admin", (call) => {
    const hook = hookOf(call);
    return ok(deliveryView(deliveryOf(call, hook), hook.config.url));
  }),
  onRepository("POST", `${base}/deliveries/{delivery_id}/attempts`, "admin", (call) => {
    const hook = hookOf(call);
    const delivery = deliveryOf(call, hook);
    call.forge.store.transact((transaction) => call.forge.hooks.redeliver(transaction, hook, delivery));
    return { status: 202, json: {} };
  }),
  onRepository("POST", `${base}/tests`, "admin", (call) => {
    const hook = hookOf(call);
    const pushed = newestFirst(call, hook).find(({ event }) => event === "push");
    // A hook that never heard of a push has none to hear of again; GitHub answers the same then.
    if (pushed && (hook.events.includes("push") || hook.events.includes("*"))) {
      const payload = payloadOf(pushed);
      call.forge.store.transact((transaction) =>
        call.forge.hooks.deliver(transaction, hook, { event: "push", payload }),
      );
    }
    return noContent;
  }),
];

function deliveryOf({ forge, params }: RepositoryCall, hook: Hook): Delivery {
  const delivery = forge.store.get(deliveries, hook.id, Number(params["delivery_id"]));
  if (!delivery) throw notFound();
  return delivery;
}

const newestFirst = ({ forge }: RepositoryCall, hook: Hook): readonly Delivery[] =>
  [...forge.store.all(deliveries, hook.id).values()].reverse();

/** Pages of deliveries follow a cursor, the id that the page starts with, so that new ones do not shift them. */
function listDeliveries(call: RepositoryCall): Answer {
  const { query, forge, repository } = call;
  const hook = hookOf(call);
  const cursor = query.get("cursor");
  if (cursor !== null && !/^\d+$/.test(cursor)) throw new Problem(400, `Invalid cursor: ${cursor}`);
  const { perPage } = pageOf(query);
  const wanted = newestFirst(call, hook).filter(
    ({ id, result }) => (cursor === null || id <= Number(cursor)) && ofStatus(query.get("status"), result?.statusCode),
  );
  const next = wanted[perPage];
  const url = `${apiUrl(forge, repository)}/hooks/${hook.id}/deliveries?per_page=${perPage}&cursor=${next?.id}`;
  return {
    ...ok(wanted.slice(0, perPage).map(deliveryItem)),
    ...(next ? { headers: { link: `<${url}>; rel="next"` } } : {}),
  };
}

function ofStatus(wanted: string | null, statusCode = 0): boolean {
  const isSuccess = statusCode >= 200 && statusCode < 400;
  if (wanted === "success") return isSuccess;
  return wanted === "failure" ? !isSuccess : true;
}
