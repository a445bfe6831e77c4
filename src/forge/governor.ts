import type { Quota } from "../reconcilers/forge-port.ts";
import type { Ask, Said } from "./ask.ts";
import { githubLimits, type Limits } from "./limits.ts";
import { Penalty } from "./penalty.ts";
import { type Claim, PlaceInLine } from "./place-in-line.ts";
import { PrimaryQuota } from "./primary-quota.ts";
import type { RecordOfUse } from "./record.ts";
import { ServiceTime } from "./service-time.ts";
import { Window } from "./window.ts";

export type { Ask, Cost, Said } from "./ask.ts";

/** What was created and sent, and until when nothing goes. */
type Past = Pick<RecordOfUse, "created" | "closedUntil" | "sent">;

/** Longer than the host's own windows by what a clock may be set while it runs: ours, or the host's. */
const minuteMs = 62_000;
const hourMs = 3_610_000;
/**
 * What a process sends in a minute without saying so beforehand, as a share of the points. Who follows it takes it for
 * sent, and so many may follow each other in a minute without anything on record.
 */
const calmShare = 1 / 4;
/** More urgent than this may use what is kept of the primary quota: security and releases. */
const urgentBelow = 4;

/**
 * The arithmetic of politeness for one credential: when the next request may go. It waits for nothing and asks nobody
 * for the time: every method is told `now`, in milliseconds since 1970.
 */
export class Governor {
  readonly #limits: Limits;
  readonly #points: { readonly core: Window; readonly graphql: Window };
  /** Points that this process sent, of any kind. */
  readonly #own = new Window(minuteMs, Number.MAX_SAFE_INTEGER);
  readonly #contentMinute: Window;
  readonly #contentHour: Window;
  readonly #service: ServiceTime;
  readonly #line: PlaceInLine;
  readonly #penalty = new Penalty();
  readonly #quotas = { core: new PrimaryQuota(), graphql: new PrimaryQuota() };
  #inFlight = 0;

  constructor(limits: Limits = githubLimits) {
    this.#limits = limits;
    this.#points = {
      core: new Window(minuteMs, limits.pointsPerMinute),
      graphql: new Window(minuteMs, limits.graphqlPointsPerMinute),
    };
    this.#contentMinute = new Window(minuteMs, limits.contentPerMinute);
    this.#contentHour = new Window(hourMs, limits.contentPerHour);
    this.#service = new ServiceTime(minuteMs, limits.serviceMsPerMinute);
    const { contentPerMinute: perMinute, contentPerHour: perHour } = limits;
    this.#line = new PlaceInLine({ perMinute, perHour, minuteMs, hourMs });
  }

  /** Whether creating content is limited at all, so that it is worth to be remembered. */
  get limitsContent(): boolean {
    return Number.isFinite(this.#limits.contentPerHour);
  }

  /** Whether as many requests are under way as may be. One that ends makes room; nobody knows when. */
  isFull(ask: Ask, now: number): boolean {
    const room = this.#quotas[ask.resource ?? "core"].room(ask.priority < urgentBelow, now);
    return this.#inFlight >= Math.min(this.#limits.inFlight, room);
  }

  /** When this request may go: `now`, or later. */
  earliest(ask: Ask & Claim, now: number): number {
    const at = Math.max(this.openAt(ask, now), this.pointsAt(ask, now));
    if (!ask.content) return at;
    const fits = Math.max(this.#contentMinute.earliest(1, now), this.#contentHour.earliest(1, now));
    return Math.max(at, fits, this.#line.turnOf(ask, this.#contentHour.times(now), now));
  }

  /** When the host takes requests at all, by its own word. */
  openAt({ priority, resource = "core" }: Ask, now: number): number {
    return Math.max(this.#penalty.until(now), this.#quotas[resource].refilledAt(priority < urgentBelow, now));
  }

  /** When the points for it are to be had. */
  pointsAt({ points, resource = "core" }: Ask, now: number): number {
    return Math.max(this.#points[resource].earliest(points, now), this.#service.earliest(now));
  }

  /** Whether it would be more in this minute than who follows us assumes. */
  hurries({ points, resource = "core" }: Ask, now: number): boolean {
    return this.#own.used(now) + points > this.#pointsIn(resource) * calmShare;
  }

  /** Keeps a place for a request that was told to come back at `at`, so that it is not overtaken for ever. */
  keepPlace(claim: Claim, at: number, now: number): void {
    this.#line.keep(claim, at, now);
  }

  /** How urgent the request is after all its waiting. */
  urgency(claim: Claim): number {
    return this.#line.urgency(claim);
  }

  /** It goes now. Only to be called when `earliest` says so and it is not full. */
  begin(ask: Ask & Claim): void {
    const { points, content, resource = "core" } = ask;
    this.#inFlight += 1;
    this.#points[resource].begin(points);
    this.#own.begin(points);
    this.#line.leave(ask);
    if (!content) return;
    this.#contentMinute.begin(1);
    this.#contentHour.begin(1);
  }

  /** It was answered, so long after it went; `said` is undefined when no answer came. */
  finish({ points, content, resource = "core" }: Ask, said: Said | undefined, tookMs: number, now: number): void {
    this.#inFlight -= 1;
    this.#points[resource].end(points, now);
    this.#own.end(points, now);
    this.#service.add(tookMs, now);
    if (content) {
      this.#contentMinute.end(1, now);
      this.#contentHour.end(1, now);
    }
    if (!said) return;
    const named = said.resource ?? resource;
    if (named === "core" || named === "graphql") this.#quotas[named].learn(said, now);
    this.#penalty.learn(said, now);
  }

  /** What the last answers said of the primary limit. */
  get quota(): Quota | undefined {
    return this.#quotas.core.told;
  }

  /** Until when nothing goes, at the host's own word. */
  throttledUntil(now: number): Date | undefined {
    const until = Math.max(this.#penalty.until(now), this.#quotas.core.refilledAt(true, now));
    return until > now ? new Date(until) : undefined;
  }

  /** How often the host refused, and for how long it has let nothing through. */
  refused(now: number): { readonly refusals: number; readonly throttledMs: number } {
    return this.#penalty.told(now);
  }

  /** How much content was created in the last hour, and how many have been told to come back for it. */
  content(now: number): { readonly hour: number; readonly waiting: number } {
    return { hour: this.#contentHour.used(now), waiting: this.#line.length(now) };
  }

  /** What has to be known by who goes on after us. What is under way may be counted by the host `lateMs` from now. */
  use(now: number, lateMs: number): Past {
    const times = this.#contentHour.times(now);
    const open = this.#contentHour.open;
    return {
      created: times.map((at, index) => (index < times.length - open ? at : now + lateMs)),
      closedUntil: this.throttledUntil(now)?.getTime() ?? 0,
      sent: { points: this.#points.core.used(now), at: now },
    };
  }

  /** Takes the hour to be used up: for who cannot know. */
  fill(now: number): void {
    this.resume({
      created: Array.from({ length: this.#limits.contentPerHour }, () => now),
      ...{ closedUntil: 0, sent: { points: 0, at: now } },
    });
  }

  /** Another may have sent points until now: as many as there are, or as it sends without saying so. */
  follow(hurried: boolean, now: number): void {
    for (const resource of ["core", "graphql"] as const) {
      const points = this.#pointsIn(resource);
      if (Number.isFinite(points)) this.#points[resource].add(hurried ? points : Math.floor(points * calmShare), now);
    }
  }

  /** Goes on where another left off. */
  resume({ created, closedUntil, sent }: Past): void {
    this.#points.core.add(sent.points, sent.at);
    for (const at of created) {
      this.#contentMinute.add(1, at);
      this.#contentHour.add(1, at);
    }
    this.#penalty.closeUntil(closedUntil);
  }

  #pointsIn(resource: "core" | "graphql"): number {
    return resource === "core" ? this.#limits.pointsPerMinute : this.#limits.graphqlPointsPerMinute;
  }
}
