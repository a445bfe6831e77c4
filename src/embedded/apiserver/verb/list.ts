import type { Cluster } from "../cluster.ts";
import type { Answer, Call } from "../http/call.ts";
import { badRequest, expired, StatusError } from "../http/status.ts";
import { type FieldSelector, parseFieldSelector } from "../selector/field.ts";
import { type LabelSelector, parseLabelSelector } from "../selector/label.ts";
import type { Entry } from "../store/entry.ts";
import { entriesAt } from "../store/snapshot-view.ts";
import { base64Flaw } from "../write/base64.ts";
import { optionsForbidden, parseCount, parseRevision } from "./revision.ts";

/** What a list, a watch or a deletecollection is narrowed to. */
export interface Selection {
  readonly namespace: string;
  readonly labels: LabelSelector | undefined;
  readonly fields: FieldSelector | undefined;
}

export function selectionOf(call: Call): Selection {
  return {
    namespace: call.namespace,
    labels: parseLabelSelector(call.query.get("labelSelector")),
    fields: parseFieldSelector(call.query.get("fieldSelector"), call.served),
  };
}

/** Whether an entry is in the selection's namespace and passes its selectors. */
export function selects({ namespace, labels, fields }: Selection, entry: Entry): boolean {
  if (namespace !== "" && entry.namespace !== namespace) return false;
  return (labels?.(entry.labels) ?? true) && (fields?.matches(entry) ?? true);
}

interface Page {
  readonly revision: number;
  /** The key to go on from. */
  readonly start: string;
}

/** LIST: every page of one list shows the same moment, or says 410 when that moment is forgotten. */
export function listObjects(cluster: Cluster, call: Call): Answer {
  const { store } = cluster;
  const selection = selectionOf(call);
  const limit = parseCount(call.query.get("limit")) ?? 0;
  const page = pageOf(call, store.revision);
  const entries = entriesAt(store, call.served.resource.id, { ...page, namespace: call.namespace });
  if (!entries) throw expired(tooOldToContinue);
  const { selected, next, left } = cut(entries, selection, limit);
  // How many are left is only known to whoever does not select.
  const remaining = next && !isNarrow(selection) ? left + 1 : undefined;
  const token = next && continueToken({ revision: page.revision, start: next.key });
  const items = selected.map((entry) => entry.json);
  return { type: "list", list: { items, revision: page.revision, continue: token, remaining } };
}

interface Cut {
  readonly selected: readonly Entry[];
  /** The first entry that did not fit. */
  readonly next: Entry | undefined;
  /** How many come after it; not counted for a narrow selection. */
  readonly left: number;
}

const isNarrow = ({ labels, fields }: Selection): boolean => labels !== undefined || fields !== undefined;

function cut(entries: Iterable<Entry>, selection: Selection, limit: number): Cut {
  const selected: Entry[] = [];
  let next: Entry | undefined;
  let left = 0;
  for (const entry of entries) {
    if (!selects(selection, entry)) continue;
    if (limit === 0 || selected.length < limit) selected.push(entry);
    else if (next) left += 1;
    else next = entry;
    if (next && isNarrow(selection)) break;
  }
  return { selected, next, left };
}

const tooOldToContinue =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.";

function pageOf({ query }: Call, now: number): Page {
  const token = query.get("continue") ?? "";
  const revision = parseRevision(query.get("resourceVersion"));
  const match = query.get("resourceVersionMatch") ?? "";
  if (match !== "" && revision === undefined) {
    throw optionsForbidden(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden unless resourceVersion is provided",
    );
  }
  if (token !== "") {
    if (match !== "") {
      throw optionsForbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
    if (revision) throw badRequest("specifying resource version is not allowed when using continue");
    return readToken(token, now);
  }
  if (revision !== undefined && revision > now) throw tooLargeRevision(revision, now);
  return { revision: match === "Exact" && revision ? revision : now, start: "" };
}

function tooLargeRevision(wanted: number, now: number): StatusError {
  const message = `Too large resource version: ${wanted}, current: ${now}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return new StatusError(504, "Timeout", `Timeout: ${message}`, { causes, retryAfterSeconds: 1 });
}

const continueToken = (page: Page): string => Buffer.from(JSON.stringify(page)).toString("base64url");

function readToken(token: string, now: number): Page {
  try {
    const { revision, start } = JSON.parse(Buffer.from(token, "base64url").toString()) as Partial<Page>;
    if (typeof revision === "number" && revision <= now && typeof start === "string") return { revision, start };
  } catch {
    // Whatever is wrong with a token, the client can only start again.
  }
  const flaw = base64Flaw(token, /[^A-Za-z0-9_-]/);
  const reason = flaw === undefined ? "start a new list without it" : `illegal base64 data at input byte ${flaw}`;
  throw badRequest(`invalid continue token: continue key is not valid: ${reason}`);
}
