import type { Clock, Key, Log, Lookup, Marker, Secrets } from "../reconcilers/ports.ts";
import { Forge } from "../schema/forge.ts";
import { lastWebhookAt, requestedAt } from "../schema/object.ts";
import { coalesce } from "./coalesce.ts";
import { type Affected, affectedBy, parsePayload } from "./delivery.ts";
import { recentIds } from "./recent.ts";
import { isSigned } from "./signature.ts";

/** A delivery as it came in: GitHub's headers, and the raw body that is signed. */
export interface Delivery {
  readonly forge: Key;
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly body: { readonly message: string; readonly marked?: number };
  /** How it is counted. */
  readonly result: "accepted" | "duplicate" | "refused" | "malformed" | "unavailable";
}

export interface World {
  readonly lookup: Lookup;
  readonly secrets: Secrets;
  readonly marker: Marker;
  readonly clock: Clock;
  readonly log: Log;
}

const answer = (status: number, result: Answer["result"], message: string, marked?: number): Answer => ({
  status,
  result,
  body: { message, ...(marked !== undefined && { marked }) },
});

/** How long one delivery may take: GitHub gives up after 10 s. */
const patienceMs = 8_000;
const kept = 10_000;

/**
 * Takes deliveries. `202` says that the mark is durable on every object that the delivery concerns; a delivery
 * whose id was taken before is `202` too and marks nothing. Without a signature by one of the Forge's secrets
 * it is `401`, whatever is in it.
 */
export function webhooks(world: World): (delivery: Delivery) => Promise<Answer> {
  const seen = recentIds(kept);
  const mark = coalesce<Affected & { mark: string }>(async (_, { kind, key, mark }) => {
    await world.marker.annotate(kind, key, { [requestedAt]: mark }, AbortSignal.timeout(patienceMs));
  });

  return async (delivery) => {
    const refusal = await refusalOf(delivery, world);
    if (refusal) return refusal;
    const { event = "", id = "", forge, body } = delivery;
    if (id === "") return answer(400, "malformed", "the X-GitHub-Delivery header is missing");
    if (event === "ping") return answer(200, "accepted", "pong", 0);
    const payload = parsePayload(body.toString("utf8"));
    if (!payload)
      return answer(
        400,
        "malformed",
        "the body is not JSON about a repository: set the hook's content type to application/json",
      );

    const delivered = `${forge.namespace}/${forge.name}/${id}`;
    return seen.once(delivered, async () => {
      const affected = affectedBy(event, payload, forge, world.lookup);
      const stamp = `${world.clock.now().toISOString()}/${id}`;
      try {
        await Promise.all(
          affected.map((each) =>
            mark(`${each.kind.kind}/${each.key.namespace}/${each.key.name}`, { ...each, mark: stamp }),
          ),
        );
      } catch (error) {
        world.log.error({ err: error, event, delivery: id }, "a delivery could not be made durable");
        throw answer(503, "unavailable", "the mark could not be stored: redeliver this, or wait for the sweep");
      }
      noteArrival(world, forge);
      return answer(202, "accepted", `asked ${affected.length} objects to look again`, affected.length);
    });
  };
}

async function refusalOf({ forge, signature, body }: Delivery, world: World): Promise<Answer | undefined> {
  const object = world.lookup.get(Forge, forge);
  const refs = object?.spec.webhook?.secretRefs ?? [];
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const secrets = await Promise.all(refs.map((ref) => world.secrets.read(forge.namespace, ref, signal)));
    if (
      isSigned(
        body,
        signature,
        secrets.filter((secret) => secret !== undefined),
      )
    )
      return undefined;
  } catch (error) {
    world.log.error(
      { err: error, forge: forge.name, namespace: forge.namespace },
      "a webhook secret could not be read",
    );
    return answer(503, "unavailable", "the secret could not be read: redeliver this, or wait for the sweep");
  }
  world.log.warn(
    { forge: forge.name, namespace: forge.namespace, known: object !== undefined, secrets: refs.length },
    "a delivery was refused",
  );
  return answer(401, "refused", "no Forge of this name has a secret that signs this delivery in X-Hub-Signature-256");
}

/** At most once a minute, off the delivery's path: it is for people to see that the hook works. */
function noteArrival({ lookup, marker, clock, log }: World, forge: Key): void {
  const minute = `${clock.now().toISOString().slice(0, 16)}:00Z`;
  if (lookup.get(Forge, forge)?.metadata.annotations?.[lastWebhookAt] === minute) return;
  marker
    .annotate(Forge, forge, { [lastWebhookAt]: minute }, AbortSignal.timeout(patienceMs))
    .catch((error: unknown) => log.warn({ err: error }, "the time of a delivery could not be noted"));
}
