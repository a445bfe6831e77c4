import type { KubeObject, ListOptions, Page, Resource } from "./client.ts";
import { linkedAbort } from "./linked-abort.ts";
import { pathOf, queryOf } from "./path.ts";
import { malformed } from "./refusal.ts";
import type { Transport } from "./transport.ts";

/** A page of 500 objects of 2 kB takes 5 ms to parse: short enough for a lease to be renewed in time. */
const pageSize = 500;

/**
 * A list, page by page. The next page is asked for as soon as the bytes of this one are there, before they are parsed:
 * the server works while we do.
 */
export async function* listPages(transport: Transport, resource: Resource, options: ListOptions): AsyncGenerator<Page> {
  const { limit = pageSize, resourceVersion, labelSelector, fieldSelector, retry = true } = options;
  const path = pathOf(resource, options);
  const selectors = { labelSelector, fieldSelector };
  // Whoever leaves the loop early also leaves the request for the next page.
  const left = linkedAbort(options.signal);
  const { signal } = left;
  const fetch = async (more: Readonly<Record<string, unknown>>): Promise<string> => {
    const query = queryOf({ ...selectors, limit: limit || undefined, ...more });
    const call = { method: "GET", path, query, compressed: true, repeatable: true, retry, signal };
    return (await transport.send(call)).body;
  };

  let next: Promise<string> | undefined = fetch({ resourceVersion });
  try {
    while (next !== undefined) {
      const text: string = await next;
      let token = continueOf(text);
      next = token ? fetch({ continue: token }) : undefined;
      // It may fail while this page is worked on, and is looked at afterwards.
      next?.catch(() => undefined);
      const page = parsePage(text, path);
      if (token === undefined) {
        token = page.metadata.continue;
        next = token ? fetch({ continue: token }) : undefined;
      }
      yield { items: page.items, resourceVersion: page.metadata.resourceVersion };
    }
  } finally {
    left.release();
    left.abort(new Error("the list was left early"));
  }
}

interface ListBody {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

function parsePage(text: string, path: string): ListBody {
  let body: Partial<ListBody> | null;
  try {
    body = JSON.parse(text) as Partial<ListBody> | null;
  } catch (cause) {
    throw malformed({ method: "GET", path }, "the list is not JSON", cause);
  }
  const { metadata, items } = body ?? {};
  if (!metadata?.resourceVersion) throw malformed({ method: "GET", path }, "the list has no resource version");
  // An empty list of a built-in kind may say null.
  return { metadata, items: items ?? [] };
}

/** Metadata of a list, when it stands last or first in the text, where API servers put it; both are exact matches. */
const last = /\],"kind":"[^"\\]*","metadata":\{(?<flat>[^{}]*)\}\}\s*$/;
const first = /^\{(?:"(?:kind|apiVersion)":"[^"\\]*",)*"metadata":\{(?<flat>[^{}]*)\},"items":/;
/** Longer than any list metadata with its token. */
const reach = 4_096;

/** The continue token without parsing the page: "" when this is the last page, undefined when it is not plain to see. */
function continueOf(text: string): string | undefined {
  const found = last.exec(text.slice(-reach)) ?? first.exec(text.slice(0, reach));
  const flat = found?.groups?.["flat"];
  if (flat === undefined) return undefined;
  return (JSON.parse(`{${flat}}`) as { continue?: string }).continue ?? "";
}
