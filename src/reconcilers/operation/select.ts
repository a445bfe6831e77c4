import type { Operation } from "../../schema/operation.ts";
import type { Repository } from "../../schema/repository.ts";

type Selection = Operation["spec"]["repositories"];
type Selector = NonNullable<Selection["selector"]>;
type Requirement = NonNullable<Selector["matchExpressions"]>[number];

/** What a selection gives: the repositories, and names that nothing has. Both in the order of their names. */
export interface Selected {
  readonly repositories: readonly Repository[];
  readonly unknown: readonly string[];
}

/** Picks from all Repositories of the namespace. */
export function select({ selector, names }: Selection, all: readonly Repository[]): Selected {
  if (!names) return { repositories: selector ? all.filter((each) => fits(selector, each)) : [], unknown: [] };
  const wanted = new Set(names);
  const repositories = all.filter(({ metadata }) => wanted.has(metadata.name));
  for (const { metadata } of repositories) wanted.delete(metadata.name);
  return { repositories, unknown: [...wanted].sort() };
}

/** As Kubernetes reads a label selector: all must hold, and an empty one takes everything. */
function fits({ matchLabels, matchExpressions }: Selector, { metadata: { labels = {} } }: Repository): boolean {
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (matchExpressions ?? []).every((requirement) => holds(requirement, labels))
  );
}

function holds({ key, operator, values = [] }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
