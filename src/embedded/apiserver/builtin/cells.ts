import { isRecord, type KubeObject } from "../object.ts";
import type { Printer } from "../resource/resource.ts";
import { age } from "../table/age.ts";
import { nameColumn } from "../table/custom-printer.ts";

/** A column of a built-in kind: its name and type, whether only `-o wide` shows it, and how its cell is found. */
export interface CellColumn {
  readonly name: string;
  readonly type: string;
  readonly wide?: boolean;
  readonly cell: (object: KubeObject, now: Date) => unknown;
}

/** A printer of these columns after the name. `naming` replaces the name column for the kinds that hide it. */
export function printer(columns: readonly CellColumn[], naming: readonly CellColumn[] = [name]): Printer {
  const all = [...naming, ...columns];
  return {
    columns: all.map(({ name, type, wide }) =>
      name === "Name" ? { ...nameColumn, priority: wide ? 1 : 0 } : { name, type, priority: wide ? 1 : 0 },
    ),
    cells: (object, now) => all.map((column) => column.cell(object, now)),
  };
}

export const name: CellColumn = { name: "Name", type: "string", cell: ({ metadata }) => metadata.name ?? "" };

export const ageColumn: CellColumn = {
  name: "Age",
  type: "string",
  cell: ({ metadata }, now) => age(metadata.creationTimestamp, now),
};

export const createdAt: CellColumn = {
  name: "Created At",
  type: "date",
  cell: ({ metadata }) => metadata.creationTimestamp ?? null,
};

/** The value at a path of keys; undefined when it leads nowhere. */
export function at(object: unknown, ...keys: readonly string[]): unknown {
  let value = object;
  for (const key of keys) value = isRecord(value) ? value[key] : undefined;
  return value;
}

export const textAt = (object: unknown, ...keys: readonly string[]): string => String(at(object, ...keys) ?? "");
export const numberAt = (object: unknown, ...keys: readonly string[]): number => Number(at(object, ...keys) ?? 0);

export function listAt(object: unknown, ...keys: readonly string[]): readonly unknown[] {
  const value = at(object, ...keys);
  return Array.isArray(value) ? value : [];
}

export const sizeAt = (object: unknown, ...keys: readonly string[]): number => {
  const value = at(object, ...keys);
  return isRecord(value) ? Object.keys(value).length : 0;
};
