import { type Environment, EvaluationError } from "@marcbachmann/cel-js";
import { Duration } from "@marcbachmann/cel-js/evaluator";
import { isObject, type JsonObject } from "../json.ts";

type Comparable = bigint | number | string | boolean | Date | Duration;

function compare(one: Comparable, other: Comparable): number {
  if (one instanceof Duration && other instanceof Duration) {
    const [first, second] = [one, other].map(({ seconds, nanos }) => seconds * 1_000_000_000n + BigInt(nanos));
    return compare(first!, second!);
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

const isSorted = (list: readonly Comparable[]): boolean =>
  list.every((each, index) => index === 0 || compare(list[index - 1]!, each) <= 0);

function extreme(list: readonly Comparable[], sign: 1 | -1): Comparable {
  const [first, ...rest] = list;
  if (first === undefined) throw new EvaluationError(`${sign > 0 ? "max" : "min"} called on empty list`);
  return rest.reduce((best, each) => (compare(each, best) * sign > 0 ? each : best), first);
}

function sum(list: readonly Comparable[]): Comparable {
  const [first, ...rest] = list;
  if (first === undefined) return 0n;
  return rest.reduce((all, each) => {
    if (all instanceof Duration && each instanceof Duration) return all.addDuration(each);
    return typeof all === "bigint" ? all + (each as bigint) : (all as number) + (each as number);
  }, first);
}

/** CEL's equality for values of rules: int and double compare by value. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === "bigint" && typeof other === "number") return Number(one) === other;
  if (typeof one === "number" && typeof other === "bigint") return one === Number(other);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, index) => same(each, other[index]));
  }
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (one instanceof Duration && other instanceof Duration) return compare(one, other) === 0;
  return isObject(one) && isObject(other) && sameObjects(one, other);
}

function sameObjects(one: JsonObject, other: JsonObject): boolean {
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]));
}

type List = readonly unknown[];
const holds = (list: List, wanted: unknown): boolean => list.some((each) => same(each, wanted));
const contains = (list: List, others: List): boolean => others.every((each) => holds(list, each));

function distinct(list: List): unknown[] {
  return list.filter((each, index) => list.findIndex((other) => same(each, other)) === index);
}

function flatten(list: List, depth: bigint): unknown[] {
  if (depth < 0n) throw new EvaluationError("level must be non-negative");
  return list.flat(Number(depth));
}

function slice(list: List, start: bigint, end: bigint): unknown[] {
  if (start < 0n || end < 0n)
    throw new EvaluationError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    throw new EvaluationError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > BigInt(list.length))
    throw new EvaluationError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

/** Kubernetes' list functions, and CEL's sets. */
export function registerLists(environment: Environment): void {
  const at = (index: number): bigint => BigInt(index);
  environment
    .registerFunction("list.isSorted(): bool", isSorted)
    .registerFunction("list<A>.sum(): A", sum)
    .registerFunction("list<A>.min(): A", (list) => extreme(list, -1))
    .registerFunction("list<A>.max(): A", (list) => extreme(list, 1))
    .registerFunction("list<A>.indexOf(A): int", (list: List, wanted) =>
      at(list.findIndex((each) => same(each, wanted))),
    )
    .registerFunction("list<A>.lastIndexOf(A): int", (list: List, wanted) =>
      at(list.findLastIndex((each) => same(each, wanted))),
    )
    .registerFunction("list<A>.distinct(): list<A>", distinct)
    .registerFunction("list<A>.reverse(): list<A>", (list: List) => [...list].reverse())
    .registerFunction("list<A>.sort(): list<A>", (list: readonly Comparable[]) => [...list].sort(compare))
    .registerFunction("list<A>.slice(int, int): list<A>", slice)
    .registerFunction("list.flatten(): list", (list: List) => flatten(list, 1n))
    .registerFunction("list.flatten(int): list", flatten);
  registerSets(environment);
}

function registerSets(environment: Environment): void {
  const sets = class {};
  environment
    .registerType("Sets", { ctor: sets, fields: {} })
    .registerConstant("sets", "Sets", new sets())
    .registerFunction("Sets.contains(list, list): bool", (_, list: List, others: List) => contains(list, others))
    .registerFunction("Sets.intersects(list, list): bool", (_, list: List, others: List) =>
      others.some((each) => holds(list, each)),
    )
    .registerFunction(
      "Sets.equivalent(list, list): bool",
      (_, list: List, others: List) => contains(list, others) && contains(others, list),
    );
}
