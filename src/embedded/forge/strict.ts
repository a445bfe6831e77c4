import type { Clock } from "./clock.ts";
import { Problem } from "./http/problem.ts";
import { githubStrictLimits, type Rule, StrictAccount, type StrictLimits } from "./strict-account.ts";
import { type CpuMs, type StrictAsk, strictCostOf } from "./strict-cost.ts";

/** How a forge enforces every secondary limit that GitHub documents. */
export interface StrictOptions {
  /** Simulated time; the forge's own by default. */
  readonly clock?: Clock;
  /** GitHub's by default. */
  readonly limits?: Partial<StrictLimits>;
  /** So many requests in spite of one refusal, and the account is refused for good; 10 by default. */
  readonly patience?: number;
  /** What comes so soon after a refusal was under way already and is no insistence; a second by default. */
  readonly graceMs?: number;
  /** Whether a refusal says how long to wait. GitHub does not always. True by default. */
  readonly saysHowLong?: boolean;
  readonly cpuMs?: CpuMs;
}

/** A request that was refused for being one too many. */
export interface Violation {
  readonly at: Date;
  readonly rule: Rule;
  readonly method: string;
  readonly path: string;
}

/** What a strict forge knows of one account. */
export interface StrictReport {
  readonly account: string;
  readonly requests: number;
  /** When content was created. */
  readonly content: readonly Date[];
  readonly violations: readonly Violation[];
  readonly bannedAt: Date | undefined;
  /** The most that each window ever held. */
  readonly peaks: StrictAccount["peaks"];
}

interface Known {
  readonly account: StrictAccount;
  readonly content: Date[];
  readonly violations: Violation[];
  requests: number;
  penalty: { readonly since: number; readonly until: number; insisted: number } | undefined;
  bannedAt: Date | undefined;
}

const documentation =
  "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits";
/** Where a refusal does not say how long: GitHub's advice is a minute at least. */
const unsaidMs = 60_000;

/** Enforces GitHub's secondary limits by account, keeps account of who broke which, and bans who insists. */
export class Strict {
  readonly #options: StrictOptions & { readonly clock: Clock };
  readonly #known = new Map<string, Known>();

  constructor(options: StrictOptions & { readonly clock: Clock }) {
    this.#options = options;
  }

  /** Lets a request in, and gives what to call when it is answered. Throws the Problem that refuses it. */
  enter(account: string, ask: StrictAsk): () => void {
    const now = this.#options.clock.now().getTime();
    const known = this.#at(account);
    known.requests += 1;
    if (known.bannedAt) throw banned();
    if (known.penalty && known.penalty.until > now) throw this.#insist(known, ask, now);
    const cost = strictCostOf(ask, this.#options.cpuMs);
    const broken = known.account.broken(cost, now);
    if (broken) throw this.#refuse(known, ask, broken, now);
    if (cost.content) known.content.push(new Date(now));
    return known.account.begin(cost, now);
  }

  /** The primary limit refused a request: to go on before the hour is over is insistence, too. */
  exhausted(account: string, ask: StrictAsk, resetsAt: Date): void {
    const now = this.#options.clock.now().getTime();
    const known = this.#at(account);
    note(known, "Primary", ask, now);
    known.penalty = { since: now, until: resetsAt.getTime(), insisted: 0 };
  }

  /** Every account that asked for something. */
  reports(): readonly StrictReport[] {
    return [...this.#known].map(([account, known]) => ({
      account,
      requests: known.requests,
      content: [...known.content],
      violations: [...known.violations],
      bannedAt: known.bannedAt,
      peaks: known.account.peaks,
    }));
  }

  #at(account: string): Known {
    const known = this.#known.get(account) ?? {
      account: new StrictAccount({ ...githubStrictLimits, ...this.#options.limits }),
      content: [],
      violations: [],
      requests: 0,
      penalty: undefined,
      bannedAt: undefined,
    };
    this.#known.set(account, known);
    return known;
  }

  #refuse(known: Known, ask: StrictAsk, broken: { readonly rule: Rule; readonly until: number }, now: number): Problem {
    note(known, broken.rule, ask, now);
    const until = this.#options.saysHowLong === false ? now + unsaidMs : broken.until;
    known.penalty = { since: now, until, insisted: 0 };
    return this.#tooMany(broken.rule === "InFlight" ? 429 : 403, until, now);
  }

  #insist(known: Known, ask: StrictAsk, now: number): Problem {
    const { patience = 10, graceMs = 1_000 } = this.#options;
    const penalty = known.penalty!;
    note(known, "Penalty", ask, now);
    if (now > penalty.since + graceMs) penalty.insisted += 1;
    if (penalty.insisted < patience) return this.#tooMany(403, penalty.until, now);
    known.bannedAt = new Date(now);
    return banned();
  }

  #tooMany(status: number, until: number, now: number): Problem {
    const seconds = Math.max(1, Math.ceil((until - now) / 1_000));
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    return new Problem(status, message, {
      headers: this.#options.saysHowLong === false ? {} : { "retry-after": String(seconds) },
      extra: { documentation_url: documentation },
    });
  }
}

const note = ({ violations }: Known, rule: Rule, { method, path }: StrictAsk, now: number): void =>
  void violations.push({ at: new Date(now), rule, method, path });

const banned = (): Problem => new Problem(403, "Sorry. Your account was suspended.");
