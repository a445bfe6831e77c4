/** What somebody wants to do: to a resource, or to a path outside of resources. */
export type Attempt =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

/** One rule of a role. */
export interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list?.some((each) => each === "*" || each === value) ?? false;

/** Whether a rule allows an attempt. */
export function allows(rule: Rule, attempt: Attempt): boolean {
  if (!has(rule.verbs, attempt.verb)) return false;
  if ("path" in attempt) return rule.nonResourceURLs?.some((each) => covers(each, attempt.path)) ?? false;
  const { group, resource, subresource, name } = attempt;
  if (!has(rule.apiGroups, group)) return false;
  const named = rule.resourceNames ?? [];
  if (named.length > 0 && !named.includes(name)) return false;
  const wanted = subresource === "" ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  return wanted.some((each) => has(rule.resources, each));
}

const covers = (pattern: string, path: string): boolean =>
  pattern === "*" || pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1)));
