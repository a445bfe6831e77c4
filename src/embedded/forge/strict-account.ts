import { SlidingWindow } from "./strict-window.ts";

/** GitHub's limits of one account, from its page on rate limits for the REST API. */
export interface StrictLimits {
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  /** REST: 1 to read, 5 to write. */
  readonly pointsPerMinute: number;
  /** GraphQL: 1 for a query, 5 for a mutation. */
  readonly graphqlPointsPerMinute: number;
  /** REST and GraphQL together. */
  readonly inFlight: number;
  /** Milliseconds of processor in 60 s of real time, and how much of it may be for GraphQL. */
  readonly cpuMsPerMinute: number;
  readonly graphqlCpuMsPerMinute: number;
}

export const githubStrictLimits: StrictLimits = {
  contentPerMinute: 80,
  contentPerHour: 500,
  pointsPerMinute: 900,
  graphqlPointsPerMinute: 2_000,
  inFlight: 100,
  cpuMsPerMinute: 90_000,
  graphqlCpuMsPerMinute: 60_000,
};

/** Which limit a request broke. `Penalty`: it came although an earlier refusal still told it to wait. */
export type Rule = "Primary" | "InFlight" | "Points" | "Cpu" | "ContentPerMinute" | "ContentPerHour" | "Penalty";

/** What a request costs its account. */
export interface StrictCost {
  readonly graphql: boolean;
  readonly points: number;
  readonly content: boolean;
  readonly cpuMs: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** What a client is told to wait where too much is under way: nobody knows when that ends. */
const inFlightPauseMs = 60_000;

/** How one account stands with the limits. Times in milliseconds since 1970, by the host's clock. */
export class StrictAccount {
  readonly #limits: StrictLimits;
  readonly #windows: Readonly<Record<"minute" | "hour" | "rest" | "graphql" | "cpu" | "graphqlCpu", SlidingWindow>>;
  #inFlight = 0;
  #mostInFlight = 0;

  constructor(limits: StrictLimits) {
    this.#limits = limits;
    this.#windows = {
      minute: new SlidingWindow(minuteMs, limits.contentPerMinute),
      hour: new SlidingWindow(hourMs, limits.contentPerHour),
      rest: new SlidingWindow(minuteMs, limits.pointsPerMinute),
      graphql: new SlidingWindow(minuteMs, limits.graphqlPointsPerMinute),
      cpu: new SlidingWindow(minuteMs, limits.cpuMsPerMinute),
      graphqlCpu: new SlidingWindow(minuteMs, limits.graphqlCpuMsPerMinute),
    };
  }

  /** Which rule a request would break now, and when it would not. Undefined where it may be served. */
  broken(cost: StrictCost, now: number): { readonly rule: Rule; readonly until: number } | undefined {
    const { minute, hour, rest, graphql, cpu, graphqlCpu } = this.#windows;
    if (this.#inFlight >= this.#limits.inFlight) return { rule: "InFlight", until: now + inFlightPauseMs };
    const points = (cost.graphql ? graphql : rest).fitsAt(cost.points, now);
    if (points > now) return { rule: "Points", until: points };
    const time = Math.max(cpu.fitsAt(cost.cpuMs, now), cost.graphql ? graphqlCpu.fitsAt(cost.cpuMs, now) : now);
    if (time > now) return { rule: "Cpu", until: time };
    if (!cost.content) return undefined;
    const inHour = hour.fitsAt(1, now);
    if (inHour > now) return { rule: "ContentPerHour", until: inHour };
    const inMinute = minute.fitsAt(1, now);
    return inMinute > now ? { rule: "ContentPerMinute", until: inMinute } : undefined;
  }

  /** It is served. Gives what to call when it is answered. */
  begin(cost: StrictCost, now: number): () => void {
    const { minute, hour, rest, graphql, cpu, graphqlCpu } = this.#windows;
    (cost.graphql ? graphql : rest).add(cost.points, now);
    cpu.add(cost.cpuMs, now);
    if (cost.graphql) graphqlCpu.add(cost.cpuMs, now);
    if (cost.content) {
      minute.add(1, now);
      hour.add(1, now);
    }
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    return () => {
      this.#inFlight -= 1;
    };
  }

  /** The most that each window ever held. */
  get peaks(): {
    readonly contentPerMinute: number;
    readonly contentPerHour: number;
    readonly points: number;
    readonly inFlight: number;
  } {
    const { minute, hour, rest } = this.#windows;
    return {
      contentPerMinute: minute.peak,
      contentPerHour: hour.peak,
      points: rest.peak,
      inFlight: this.#mostInFlight,
    };
  }
}
