import { mkdirSync } from "node:fs";
import { Journal } from "./journal.ts";

/** A named set of records of one shape. Records live in a scope (a repository's id, or "" for the whole forge). */
export interface Table<T> {
  readonly name: string;
  /** Never set: it carries the record's type. */
  readonly record?: T;
}

/** Names a table. The name is written to disk: do not change it. */
export const defineTable = <T>(name: string): Table<T> => ({ name });

type Key = string | number;
type Rows = Map<string, unknown>;
type Step = readonly [table: string, scope: string, key: string, value?: unknown];

const counters = defineTable<number>("counters");
const empty: ReadonlyMap<string, unknown> = new Map();
const compactAboveBytes = 32 * 1024 * 1024;

/** What every reader may ask. Records are frozen by agreement: change one by putting a new one. */
export interface Reader {
  get<T>(table: Table<T>, scope: Key, key: Key): T | undefined;
  /** The records of a scope in the order of their first put. */
  all<T>(table: Table<T>, scope: Key): ReadonlyMap<string, T>;
  /** Every scope of a table that has ever had a record. */
  scopes(table: Table<unknown>): readonly string[];
}

/** One change: all of it is on disk when `transact` returns, or nothing of it happened. */
export interface Transaction extends Reader {
  put<T>(table: Table<T>, scope: Key, key: Key, value: T): void;
  delete(table: Table<unknown>, scope: Key, key: Key): void;
  /** Deletes every record of a scope, in all tables. */
  clear(scope: Key): void;
  /** The next number of a named counter, from 1; never given twice, not even after a crash. */
  next(counter: string): number;
  /** Runs after the change is on disk, and not at all if it fails. */
  after(effect: () => void): void;
}

/** The forge's whole memory: maps, and a journal with one line per transaction. Synchronous on purpose. */
export class Store implements Reader {
  readonly #tables = new Map<string, Map<string, Rows>>();
  readonly #journal: Journal;
  #steps: Step[] | undefined;
  #undo: Step[] = [];
  #effects: (() => void)[] = [];
  #weighAboveBytes = compactAboveBytes;

  constructor(folder: string) {
    // Hooks have secrets that must be kept as they are: the state is for its owner's eyes.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#journal = Journal.open(folder, (line) => {
      for (const step of line as Step[]) this.#apply(step);
    });
    this.#compactIfLarge(1024 * 1024);
  }

  get<T>(table: Table<T>, scope: Key, key: Key): T | undefined {
    return this.#tables.get(table.name)?.get(String(scope))?.get(String(key)) as T | undefined;
  }

  all<T>(table: Table<T>, scope: Key): ReadonlyMap<string, T> {
    return (this.#tables.get(table.name)?.get(String(scope)) ?? empty) as ReadonlyMap<string, T>;
  }

  scopes(table: Table<unknown>): readonly string[] {
    return [...(this.#tables.get(table.name)?.keys() ?? [])];
  }

  /** Runs `change` and writes what it did as one line; if it throws, nothing happened. `change` must not wait. */
  transact<R>(change: (transaction: Transaction) => R): R {
    if (this.#steps) throw new Error("a transaction is open already: pass it on instead of opening another");
    this.#steps = [];
    this.#undo = [];
    this.#effects = [];
    let result: R;
    let effects: (() => void)[];
    try {
      result = change(this.#transaction);
      if (this.#steps.length > 0) this.#journal.append(this.#steps);
      effects = this.#effects;
    } catch (error) {
      for (const step of this.#undo.reverse()) this.#apply(step);
      throw error;
    } finally {
      this.#steps = undefined;
    }
    this.#compactIfLarge(this.#weighAboveBytes);
    for (const effect of effects) effect();
    return result;
  }

  close(): void {
    this.#journal.close();
  }

  readonly #transaction: Transaction = {
    get: (table, scope, key) => this.get(table, scope, key),
    all: (table, scope) => this.all(table, scope),
    scopes: (table) => this.scopes(table),
    put: (table, scope, key, value) => this.#step([table.name, String(scope), String(key), value]),
    delete: (table, scope, key) => this.#step([table.name, String(scope), String(key)]),
    clear: (scope) => {
      for (const [table, scopes] of this.#tables) {
        for (const key of [...(scopes.get(String(scope))?.keys() ?? [])]) this.#step([table, String(scope), key]);
      }
    },
    next: (counter) => {
      const value = (this.get(counters, "", counter) ?? 0) + 1;
      this.#step([counters.name, "", counter, value]);
      return value;
    },
    after: (effect) => {
      this.#effects.push(effect);
    },
  };

  #step(step: Step): void {
    if (!this.#steps) throw new Error("the transaction is over: make the change inside of transact()");
    const [table, scope, key] = step;
    const before = this.#tables.get(table)?.get(scope)?.get(key);
    this.#undo.push(before === undefined ? [table, scope, key] : [table, scope, key, before]);
    this.#steps.push(step);
    this.#apply(step);
  }

  #apply([table, scope, key, ...value]: Step): void {
    const scopes = this.#tables.get(table) ?? new Map<string, Rows>();
    const rows = scopes.get(scope) ?? new Map<string, unknown>();
    this.#tables.set(table, scopes.set(scope, rows));
    if (value.length === 0) rows.delete(key);
    else rows.set(key, value[0]);
  }

  #compactIfLarge(limit: number): void {
    if (this.#journal.bytes <= limit) return;
    let live = 0;
    for (const line of this.#lines()) live += JSON.stringify(line).length + 1;
    if (live * 2 < this.#journal.bytes) this.#journal.compact(this.#lines());
    // Weighing reads everything: it is worth its price again when the journal may have doubled what is alive.
    this.#weighAboveBytes = Math.max(compactAboveBytes, live * 2);
  }

  *#lines(): Iterable<Step[]> {
    for (const [table, scopes] of this.#tables)
      for (const [scope, rows] of scopes) for (const [key, value] of rows) yield [[table, scope, key, value]];
  }
}
