import type { Field, Operation, Selection, Value } from "./document.ts";
import { GraphQLProblem } from "./token.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** One field of a type: what it is of, where that is an object, and how it is found. `S` is what everything stands on. */
export interface FieldOf<S> {
  /** Name of the object type that it gives; absent for a plain value. */
  readonly gives?: string;
  /** Names of its arguments. */
  readonly takes?: readonly string[];
  readonly find: (source: unknown, args: Arguments, scene: S) => unknown;
}

/** The types by name; `Query` and `Mutation` are where a document begins. */
export type Schema<S> = Readonly<Record<string, Readonly<Record<string, FieldOf<S>>>>>;

export interface Execution<S> {
  readonly schema: Schema<S>;
  readonly scene: S;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a request gives: GraphQL answers with both where only a part failed. */
export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly Readonly<Record<string, unknown>>[];
}

/** Executes an operation that was checked whole before any of it runs. */
export async function execute<S>(operation: Operation, execution: Execution<S>): Promise<Result> {
  const root = operation.type === "query" ? "Query" : "Mutation";
  const errors = [
    ...missing(operation, execution),
    ...mistakes(operation.selections, execution.schema, { type: root, path: [operation.type] }),
  ];
  if (errors.length > 0) return { errors: errors.map(told) };
  const data: Record<string, unknown> = {};
  const failures: GraphQLProblem[] = [];
  for (const field of fieldsOf(operation.selections, root)) {
    try {
      data[field.alias] = await resolve(field, { type: root, source: undefined }, execution);
    } catch (error) {
      if (!(error instanceof GraphQLProblem)) throw error;
      data[field.alias] = null;
      failures.push(
        new GraphQLProblem(error.message, { path: [field.alias], locations: [field.at], ...error.details }),
      );
    }
  }
  return { data, ...(failures.length > 0 && { errors: failures.map(told) }) };
}

const told = ({ message, details }: GraphQLProblem): Readonly<Record<string, unknown>> => ({ ...details, message });

function missing<S>({ variables }: Operation, { variables: given }: Execution<S>): readonly GraphQLProblem[] {
  return Object.entries(variables)
    .filter(([name, { required }]) => required && (given[name] === undefined || given[name] === null))
    .map(
      ([name, { type }]) =>
        new GraphQLProblem(`Variable $${name} of type ${type}! was provided invalid value`, {
          extensions: { value: null, problems: [{ path: [], explanation: "Expected value to not be null" }] },
        }),
    );
}

interface Spot {
  readonly type: string;
  readonly path: readonly string[];
}

/** What a type does not have. A fragment on a type that is not here is a mistake, too. */
const mistakes = <S>(selections: readonly Selection[], schema: Schema<S>, spot: Spot): readonly GraphQLProblem[] =>
  selections.flatMap((selection) => {
    if (selection.is === "field") return selection.name === "__typename" ? [] : mistakesOf(selection, schema, spot);
    const type = selection.on ?? spot.type;
    if (schema[type]) return mistakes(selection.selections, schema, { ...spot, type });
    return [new GraphQLProblem(`No such type ${type}, so it can't be a fragment condition`, { path: spot.path })];
  });

function mistakesOf<S>(selection: Field, schema: Schema<S>, { type, path }: Spot): readonly GraphQLProblem[] {
  const { name, args, selections, at } = selection;
  const here = [...path, name];
  const wrong = (message: string, extensions: object = {}) => [
    new GraphQLProblem(message, { path: here, locations: [at], extensions }),
  ];
  const field = schema[type]?.[name];
  if (!field) {
    const extensions = { code: "undefinedField", typeName: type, fieldName: name };
    return wrong(`Field '${name}' doesn't exist on type '${type}'`, extensions);
  }
  const strange = Object.keys(args).find((each) => !field.takes?.includes(each));
  if (strange !== undefined) {
    const extensions = { code: "argumentNotAccepted", name, typeName: "Field", argumentName: strange };
    return wrong(`Field '${name}' doesn't accept argument '${strange}'`, extensions);
  }
  if ((field.gives === undefined) !== (selections.length === 0))
    return wrong(`Selections can't be made on scalars, and must be made on objects (field '${name}')`);
  return field.gives === undefined ? [] : mistakes(selections, schema, { type: field.gives, path: here });
}

/** The fields of a selection that concern a type, those of its fragments among them. */
const fieldsOf = (selections: readonly Selection[], type: string): readonly Field[] =>
  selections.flatMap((each) => {
    if (each.is === "field") return [each];
    return each.on === undefined || each.on === type ? fieldsOf(each.selections, type) : [];
  });

async function resolve<S>(
  { name, args, selections }: Field,
  { type, source }: { readonly type: string; readonly source: unknown },
  execution: Execution<S>,
): Promise<unknown> {
  if (name === "__typename") return type;
  const { gives, find } = execution.schema[type]![name]!;
  const given = Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, plain(value, execution.variables)]),
  );
  const found = await find(source, given, execution.scene);
  if (gives === undefined || found === null || found === undefined) return found ?? null;
  const own = (found as { readonly __typename?: string }).__typename ?? gives;
  const data: Record<string, unknown> = {};
  for (const field of fieldsOf(selections, own))
    data[field.alias] = await resolve(field, { type: own, source: found }, execution);
  return data;
}

function plain(value: Value, variables: Readonly<Record<string, unknown>>): unknown {
  if (value.is === "constant") return value.value;
  if (value.is === "variable") return variables[value.name] ?? null;
  if (value.is === "list") return value.items.map((item) => plain(item, variables));
  return Object.fromEntries(Object.entries(value.fields).map(([key, item]) => [key, plain(item, variables)]));
}
