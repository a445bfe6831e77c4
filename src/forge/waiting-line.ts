import type { Ask } from "./governor.ts";

/** A request at the gate. */
export interface Request extends Ask {
  /** Whose it is: requests of equal urgency go in turn by tenant. */
  readonly tenant: string;
  /** Completes "could not …". */
  readonly doing: string;
}

/** One that waits. */
export interface Waiting {
  readonly request: Request;
  /** When it came, among all. */
  readonly order: number;
  readonly deadline: number;
  readonly enter: () => void;
  readonly refuse: (reason: unknown) => void;
}

/** Who waits at a gate, and who of them is next: the most urgent, of the tenant that was given least, who came first. */
export class WaitingLine {
  readonly #waiting = new Set<Waiting>();
  readonly #urgency: (request: Request) => number;
  /** What each tenant has been given lately, in points. */
  readonly #given = new Map<string, number>();
  #order = 0;

  constructor(urgency: (request: Request) => number) {
    this.#urgency = urgency;
  }

  get all(): ReadonlySet<Waiting> {
    return this.#waiting;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** Waits in line: resolves when it is let in; rejects when it is refused, or with the signal's reason. */
  stand(request: Request, deadline: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const enter = (): void => {
        leave();
        resolve();
      };
      const refuse = (reason: unknown): void => {
        leave();
        reject(reason);
      };
      const waiting: Waiting = { request, order: this.#order++, deadline, enter, refuse };
      this.#join(waiting);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** Who comes back after a pause has no claim on what others were given meanwhile. */
  #join(waiting: Waiting): void {
    const { tenant } = waiting.request;
    const others = [...this.#waiting].filter(({ request }) => request.tenant !== tenant);
    const least = Math.min(...others.map(({ request }) => this.#givenTo(request)));
    if (others.length === 0) this.#given.clear();
    else this.#given.set(tenant, Math.max(this.#givenTo(waiting.request), least));
    this.#waiting.add(waiting);
  }

  /** It goes: counted for its tenant. */
  give(request: Request): void {
    this.#given.set(request.tenant, this.#givenTo(request) + request.points);
  }

  /** Who of these is next. There must be one. */
  first(waiting: ReadonlySet<Waiting>): Waiting {
    let first: Waiting | undefined;
    for (const each of waiting) if (!first || this.#isBefore(each, first)) first = each;
    return first!;
  }

  #isBefore(a: Waiting, b: Waiting): boolean {
    const urgency = this.#urgency(a.request) - this.#urgency(b.request);
    if (urgency !== 0) return urgency < 0;
    const given = this.#givenTo(a.request) - this.#givenTo(b.request);
    return given === 0 ? a.order < b.order : given < 0;
  }

  #givenTo({ tenant }: Request): number {
    return this.#given.get(tenant) ?? 0;
  }
}
