import { type Answer, ok } from "./answer.ts";
import type { Call } from "./call.ts";

const positive = (text: string | null, otherwise: number): number => {
  const number = Number(text ?? otherwise);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
};

/** Which part of a list is asked for: `page` from 1, `perPage` 1 to 100 (default 30). */
export function pageOf(query: URLSearchParams): { readonly page: number; readonly perPage: number } {
  return { page: positive(query.get("page"), 1), perPage: Math.min(100, positive(query.get("per_page"), 30)) };
}

/** A list that is too long to be held: its length, and a way to read a part of it. */
export interface LongList<T> {
  readonly length: number;
  read(skip: number, limit: number): Promise<readonly T[]>;
}

/**
 * The asked page of `items`, each through `view`, with GitHub's Link header. `wrap` makes the body of a list that sits
 * in an object (`{total_count, check_runs}`); without it the body is the array.
 */
export async function paged<T>(
  call: Call,
  items: readonly T[] | LongList<T>,
  view: (item: T) => unknown,
  wrap: (views: readonly unknown[], total: number) => unknown = (views) => views,
): Promise<Answer> {
  const { page, perPage } = pageOf(call.query);
  const skip = (page - 1) * perPage;
  const shown = "read" in items ? await items.read(skip, perPage) : items.slice(skip, skip + perPage);
  const views = await Promise.all(shown.map(view));
  const link = linkHeader(call, page, Math.max(1, Math.ceil(items.length / perPage)));
  return { ...ok(wrap(views, items.length)), ...(link ? { headers: { link } } : {}) };
}

/** GitHub's order is prev, next, last, first; absent when there is one page only. */
export function linkHeader(call: Call, page: number, last: number): string | undefined {
  const link = (to: number, rel: string): string => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(Math.min(page - 1, last), "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  return links.length > 0 ? links.join(", ") : undefined;
}
