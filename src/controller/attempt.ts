import type { Outcome, Reconciler, Turn } from "../reconcilers/reconciler.ts";
import type { Kind, ObjectOf } from "../schema/kind.ts";
import { finalizer } from "../schema/object.ts";
import type { Deadline } from "./deadlines.ts";
import { PanicError } from "./failure.ts";

/** How asking a reconciler went. `gone`: it has cleaned up. `nothing`: there is nothing for it to do. */
export type Attempt =
  | { readonly is: "found"; readonly outcome: Outcome<object> }
  | { readonly is: "gone" }
  | { readonly is: "nothing" }
  | { readonly is: "failed"; readonly error: unknown };

/** Asks the reconciler about one object. Never throws, whatever the reconciler does. */
export async function attempt(
  reconciler: Reconciler,
  object: ObjectOf<Kind>,
  turn: Omit<Turn, "signal">,
  deadline: Deadline,
): Promise<Attempt> {
  try {
    const answer = await ask(reconciler, object, { ...turn, signal: deadline.signal });
    if (answer === "gone" || answer === "nothing") return { is: answer };
    return { is: "found", outcome: checked(answer) };
  } catch (error) {
    // What a stopped turn fails with is a consequence; why it was stopped is the cause.
    return { is: "failed", error: deadline.signal.aborted ? deadline.signal.reason : error };
  } finally {
    deadline.end();
  }
}

type Answer = Promise<Outcome<object> | "gone" | "nothing">;

function ask(reconciler: Reconciler, object: ObjectOf<Kind>, turn: Turn): Answer {
  const { deletionTimestamp, finalizers } = object["metadata"] as Metadata;
  if (deletionTimestamp === undefined) return promised(() => reconciler.reconcile(object, turn));
  if (!finalizers?.includes(finalizer)) return Promise.resolve("nothing");
  // A kind that has nothing to clean up any more lets its objects go.
  if (!reconciler.finalize) return Promise.resolve("gone");
  return promised(() => reconciler.finalize!(object, turn));
}

interface Metadata {
  readonly deletionTimestamp?: string | undefined;
  readonly finalizers?: readonly string[] | undefined;
}

/** Reconcilers are asynchronous: one that throws before it waits for anything is broken. */
function promised<T>(call: () => Promise<T>): Promise<T> {
  try {
    return call();
  } catch (error) {
    throw new PanicError(`the reconciler threw synchronously: ${String(error)}`, { cause: error });
  }
}

const verdicts: readonly unknown[] = ["ready", "progressing", "stalled"];

/** The answer, if it is an outcome at all. */
function checked(answer: unknown): Outcome<object> {
  const { finding, status, again } = (answer ?? {}) as Partial<Record<keyof Outcome<object>, Record<string, unknown>>>;
  const wrong =
    (!verdicts.includes(finding?.["verdict"]) && "finding.verdict") ||
    (!/^[A-Z][A-Za-z0-9]*$/.test(String(finding?.["reason"])) && "finding.reason") ||
    (typeof finding?.["message"] !== "string" && "finding.message") ||
    ((typeof status !== "object" || status === null) && "status") ||
    (!isAgain(again) && "again");
  if (wrong) throw new PanicError(`the reconciler gave an outcome whose ${wrong} is ${inspect(answer, wrong)}`);
  return answer as Outcome<object>;
}

function isAgain(again: Readonly<Record<string, unknown>> | undefined): boolean {
  if (again?.["is"] === "after") return Number.isFinite(again["ms"]) && (again["ms"] as number) >= 0;
  return again?.["is"] === "now" || again?.["is"] === "never";
}

function inspect(answer: unknown, path: string): string {
  const value = path.split(".").reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], answer);
  return (JSON.stringify(value) ?? "missing").slice(0, 200);
}
