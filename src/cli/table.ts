import type { Client } from "../controller/client.ts";

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";

/** The table that `kubectl get` would print, from the API server's own cells. For machines without kubectl. */
export async function getTable(client: Client, path: string): Promise<string> {
  const { status, body } = await client.raw("GET", path, { accept });
  if (status !== 200) throw new Error(`GET ${path}: ${status}`);
  const { columnDefinitions, rows } = JSON.parse(body) as Table;
  const shown = columnDefinitions
    .map(({ priority }, at) => ({ priority, at }))
    .filter(({ priority }) => priority === 0);
  const lines = [
    shown.map(({ at }) => columnDefinitions[at]!.name.toUpperCase()),
    ...rows.map(({ cells }) => shown.map(({ at }) => textOf(cells[at]))),
  ];
  return aligned(lines);
}

const textOf = (cell: unknown): string => (cell === null || cell === undefined ? "" : String(cell));

/** Columns of text, three spaces apart. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
}
