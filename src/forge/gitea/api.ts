import { ForgeError, type ForgeErrorCode } from "../../reconcilers/errors.ts";
import type { Slug } from "../../reconcilers/forge-port.ts";
import { messageOf } from "../github-error.ts";

/** A request, in words and in bytes. */
export interface Call {
  /** Completes "could not …". */
  readonly doing: string;
  /** Below the API's root, with its query. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** A request that changes something. */
export interface Write<T> extends Call {
  readonly method: "POST" | "PATCH" | "PUT" | "DELETE";
  readonly body?: object;
  /** A file, in place of a body. */
  readonly content?: Uint8Array;
  /** What Gitea would answer: the answer in a rehearsal, where nothing is sent. */
  readonly pretend: () => T | Promise<T>;
  /** Path at which the same is to be read afterwards. */
  readonly shownAt?: string;
}

export interface Page<T> {
  readonly data: T;
  /** How many there are on all pages, where the answer is a list. */
  readonly total: number | undefined;
}

/** What came of a request that changes something. `refused` is Gitea's word on what we ask, not on who we are. */
export type Outcome<T> =
  | { readonly is: "done"; readonly data: T }
  | { readonly is: "refused"; readonly status: number; readonly message: string };

/** Gitea's REST API. Rejects with a ForgeError, or with the signal's reason. */
export interface Api {
  get<T>(call: Call): Promise<Page<T>>;
  /** Undefined where Gitea answers with one of these statuses. */
  getOr<T>(call: Call, ...statuses: readonly number[]): Promise<Page<T> | undefined>;
  send<T>(write: Write<T>): Promise<Outcome<T>>;
}

/** What `ApiClient` sends with. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Statuses by which Gitea refuses a write for its content or for the state of things; 423 is an archived repository. */
const refusals: ReadonlySet<number> = new Set([404, 405, 409, 412, 422]);

const codes: Readonly<Record<number, ForgeErrorCode>> = {
  400: "rejected",
  401: "denied",
  403: "denied",
  404: "absent",
  405: "rejected",
  409: "conflict",
  410: "absent",
  412: "conflict",
  413: "rejected",
  422: "rejected",
  423: "rejected",
};

/** Gitea's API below `root`, which ends without a slash. */
export function giteaApi(root: string, fetch: Fetch): Api {
  const request = async ({ path, signal }: Call, init: RequestInit = {}): Promise<Answer> => {
    const headers = { accept: "application/json", "user-agent": "millrace", ...init.headers };
    const response = await fetch(`${root}${path}`, { ...init, headers, signal });
    const total = response.headers.get("x-total-count");
    return {
      status: response.status,
      text: await response.text(),
      total: total === null || !/^\d+$/.test(total) ? undefined : Number(total),
    };
  };
  const get = async <T>(call: Call): Promise<Page<T>> => {
    const answer = await request(call);
    if (answer.status !== 200) throw failure(call.doing, answer);
    return { data: parsed(answer.text, call.doing) as T, total: answer.total };
  };
  return {
    get,
    getOr: async <T>(call: Call, ...statuses: readonly number[]) => {
      const answer = await request(call);
      if (statuses.includes(answer.status)) return undefined;
      if (answer.status !== 200) throw failure(call.doing, answer);
      return { data: parsed(answer.text, call.doing) as T, total: answer.total };
    },
    send: async <T>(write: Write<T>) => {
      const { method, body, content, doing } = write;
      const answer = await request(write, {
        method,
        ...(content && { body: content, headers: { "content-type": "application/octet-stream" } }),
        ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      if (refusals.has(answer.status))
        return { is: "refused", status: answer.status, message: saidBy(answer) || `${answer.status}` };
      if (answer.status < 200 || answer.status > 299) throw failure(doing, answer);
      return { is: "done", data: (answer.text === "" ? undefined : parsed(answer.text, doing)) as T };
    },
  };
}

/** The data of a write that was done. A refusal is thrown as a ForgeError. */
export function done<T>(outcome: Outcome<T>, doing: string): T {
  if (outcome.is === "done") return outcome.data;
  throw refusal(outcome, doing);
}

/** A refusal as a ForgeError, where nobody expected one. */
export function refusal({ status, message }: Outcome<unknown> & { is: "refused" }, doing: string): ForgeError {
  return new ForgeError(codes[status] ?? "rejected", `could not ${doing}: the forge answered ${status}, ${message}`);
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly total: number | undefined;
}

function failure(doing: string, answer: Answer): ForgeError {
  const message = `could not ${doing}: the forge answered ${answer.status}`;
  const said = saidBy(answer);
  return new ForgeError(codes[answer.status] ?? "unavailable", said ? `${message}, ${said}` : message);
}

/** Gitea's own words, in which nothing looks like an address or a credential. */
function saidBy({ text }: Answer): string {
  try {
    return messageOf(JSON.parse(text));
  } catch {
    return ""; // A page for people, of a proxy in between.
  }
}

function parsed(text: string, doing: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ForgeError("unavailable", `could not ${doing}: what speaks there is not Gitea's API`);
  }
}

/** `/repos/OWNER/NAME`, and what follows. */
export const repoPath = ({ owner, name }: Slug, rest = ""): string =>
  `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${rest}`;

/** A branch or a path of it within an address: its slashes stay. */
export const inPath = (branch: string): string => branch.split("/").map(encodeURIComponent).join("/");

/** Most that Gitea gives on one page unless its operator says otherwise. */
export const pageSize = 50;

/** All items of a list, or those of its first `maxPages` pages. `path` ends where the query's `page` is to be added. */
export async function allPages<T>(api: Api, call: Call, maxPages = 20): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= maxPages; page++) {
    const path = `${call.path}${call.path.includes("?") ? "&" : "?"}limit=${pageSize}&page=${page}`;
    const { data, total } = await api.get<readonly T[] | null>({ ...call, path });
    all.push(...(data ?? []));
    if (!data || data.length === 0 || all.length >= (total ?? Number.POSITIVE_INFINITY)) break;
  }
  return all;
}
