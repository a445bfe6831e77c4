import { isRecord } from "../object.ts";
import { listAt, textAt } from "./cells.ts";

const operators: Readonly<Record<string, string>> = { In: "in", NotIn: "notin" };

/** A `metav1.LabelSelector` as kubectl writes it: `a=b,c in (d,e),!f`, or `<none>`. */
export function selectorText(selector: unknown): string {
  const labels = isRecord(selector) && isRecord(selector["matchLabels"]) ? selector["matchLabels"] : {};
  const equalities = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`);
  const text = [...equalities, ...listAt(selector, "matchExpressions").map(expression)].join(",");
  return text === "" ? "<none>" : text;
}

function expression(requirement: unknown): string {
  const key = textAt(requirement, "key");
  const operator = textAt(requirement, "operator");
  if (operator === "Exists") return key;
  if (operator === "DoesNotExist") return `!${key}`;
  return `${key} ${operators[operator] ?? operator} (${listAt(requirement, "values").map(String).sort().join(",")})`;
}
