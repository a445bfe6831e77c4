import { isRecord } from "../object.ts";

/** One step of a JSON path: values to the values below them. */
type Step = (values: readonly unknown[]) => unknown[];

/** Finds values in an object; an empty list when the path leads nowhere. */
export type JsonPath = (object: unknown) => unknown[];

const token =
  /\.\.|\.?\[\?\(\s*@(?<filter>[^=!<>\s)]*)\s*(?:(?<operator>==|!=|<=|>=|<|>)\s*(?<operand>'[^']*'|"[^"]*"|[^)\s]+)\s*)?\)\]|\.?\[(?<index>-?\d+)\]|\.?\[(?<slice>-?\d*:-?\d*)\]|\.?\[(?<quoted>'[^']*'|"[^"]*")\]|\.?\[\*\]|\.\*|\.(?<name>(?:\\.|[^.[\]\\])+)/y;

/**
 * Compiles the subset of kubectl's JSON paths that printer columns and selectable fields use:
 * `.a.b`, `['k']`, `[0]`, `[1:2]`, `[*]`, `[?(@.type=="Ready")]`, with or without `$` and braces.
 * Throws a TypeError that names the path for anything else.
 */
export function compileJsonPath(source: string): JsonPath {
  const text = source
    .trim()
    .replace(/^\{|\}$/g, "")
    .replace(/^\$/, "");
  const path = text === "" || /^[.[]/.test(text) ? text : `.${text}`;
  const steps: Step[] = [];
  // Filters compile paths inside of paths, so each has its own position.
  const tokens = new RegExp(token);
  while (tokens.lastIndex < path.length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(path);
    if (!match || match[0] === "..") throw new TypeError(`JSON path ${source}: cannot read ${path.slice(at)}`);
    steps.push(stepOf(match));
  }
  return (object) => steps.reduce<unknown[]>((values, step) => step(values), [object]);
}

function stepOf(match: RegExpExecArray): Step {
  const { filter, operator, operand, index, slice, quoted, name } = match.groups!;
  if (filter !== undefined) return filterStep(filter, operator, operand);
  if (index !== undefined) return eachList((list) => [list.at(Number(index))]);
  if (slice !== undefined) return sliceStep(slice);
  if (quoted !== undefined) return member(quoted.slice(1, -1));
  if (name !== undefined) return member(name.replace(/\\(.)/g, "$1"));
  return (values) =>
    values.flatMap((value) => (isRecord(value) ? Object.values(value) : Array.isArray(value) ? value : []));
}

function member(key: string): Step {
  return (values) =>
    values.flatMap((value) => (isRecord(value) && Object.hasOwn(value, key) ? [value[key]] : [])).filter(isPresent);
}

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

function eachList(pick: (list: readonly unknown[]) => unknown[]): Step {
  return (values) => values.flatMap((value) => (Array.isArray(value) ? pick(value) : [])).filter(isPresent);
}

function sliceStep(slice: string): Step {
  const [from = "", to = ""] = slice.split(":");
  return eachList((list) => list.slice(from === "" ? 0 : Number(from), to === "" ? undefined : Number(to)));
}

function filterStep(path: string, operator: string | undefined, operand: string | undefined): Step {
  const find = compileJsonPath(path);
  const wanted = operand === undefined ? undefined : literal(operand);
  return eachList((list) =>
    list.filter((item) => {
      const [found] = find(item);
      return operator === undefined ? found !== undefined : compare(found, operator, wanted);
    }),
  );
}

function literal(text: string): unknown {
  if (/^['"]/.test(text)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  return Number(text);
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return false;
  const [low, high] = operator.startsWith("<") ? [left, right as number | string] : [right as number | string, left];
  return low < high || (operator.length === 2 && low === high);
}
