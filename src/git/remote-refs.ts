import { ForgeError } from "../reconcilers/errors.ts";
import { listRequest, parseList, parseLsRemote, type RemoteRef } from "./advertisement.ts";
import type { Commands } from "./commands.ts";
import { type Access, basic, remoteName } from "./environment.ts";
import type { Answer, HttpPost } from "./http-post.ts";
import type { Mirror } from "./mirror.ts";

export interface Listing {
  readonly http: HttpPost;
  readonly commands: Commands;
  readonly timeoutMs: number;
}

interface Question {
  /** Where it was always found. Where it moved to is found anew each time, since that may be over. */
  readonly access: Access;
  /** The remote, for people. */
  readonly title: string;
  readonly signal: AbortSignal;
}

const maxRedirects = 3;

/**
 * All branches and tags of a remote, in one round trip: protocol version 2 over HTTP has no state, so the question
 * that git asks second can be asked at once. Servers that do not speak it are asked by `git ls-remote`. A redirect
 * is followed and remembered where it stays on the same origin: no other host ever sees the credential.
 */
export async function listRefs(listing: Listing, mirror: Mirror, question: Question): Promise<RemoteRef[]> {
  let { access } = question;
  const { url } = access;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    if (mirror.isOld || access.url.startsWith("file:")) break;
    const answer = await ask(listing, { ...question, access });
    if (answer.status >= 300 && answer.status < 400 && answer.headers.location !== undefined) {
      access = { ...access, url: redirected(access.url, answer.headers.location, question.title) };
      continue;
    }
    mirror.movedTo = access.url === url ? undefined : access.url;
    const refs = understand(answer, question);
    if (refs) return refs;
    mirror.isOld = true;
  }
  const args = ["ls-remote", "--quiet", "--heads", "--tags", remoteName];
  const { signal, title } = question;
  const output = await listing.commands.output(mirror, { doing: `list ${title}`, args, access, signal });
  return readable(parseLsRemote(output.toString("utf8")), title);
}

async function ask({ http, timeoutMs }: Listing, { access, signal, title }: Question): Promise<Answer> {
  const headers = {
    "Content-Type": "application/x-git-upload-pack-request",
    Accept: "application/x-git-upload-pack-result",
    "Git-Protocol": "version=2",
    "User-Agent": "git/millrace",
    ...(access.credential && { Authorization: basic(access.credential) }),
  };
  try {
    return await http.post({ url: `${access.url}/git-upload-pack`, headers, body: listRequest, signal, timeoutMs });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const why = error instanceof Error && error.name === "TimeoutError" ? "no answer in time" : reasonOf(error);
    throw new ForgeError("unavailable", `could not list ${title}: ${why}`, { cause: error });
  }
}

/** Refs; undefined when the server does not speak this way. */
function understand(answer: Answer, { title }: Question): RemoteRef[] | undefined {
  const { status, headers } = answer;
  const doing = `could not list ${title}`;
  const said = `the host answered ${status}`;
  const retryAfter = Number(headers["retry-after"]);
  if (status === 429 || (status === 403 && retryAfter > 0))
    throw new ForgeError("limited", `${doing}: ${said}`, {
      retryAfterMs: retryAfter > 0 ? retryAfter * 1_000 : 60_000,
    });
  if (status === 401 || status === 403) throw new ForgeError("denied", `${doing}: ${said}`);
  if (status === 404 || status === 410) throw new ForgeError("absent", `${doing}: ${said}`);
  if (status >= 500) throw new ForgeError("unavailable", `${doing}: ${said}`);
  const refs = status === 200 ? parseList(answer.body) : undefined;
  if (typeof refs !== "string") return refs && readable(refs, title);
  if (/object format/i.test(refs)) throw sha256(title);
  return undefined;
}

function readable(refs: RemoteRef[], title: string): RemoteRef[] {
  if (refs.some(({ oid }) => oid.length !== 40)) throw sha256(title);
  return refs;
}

const sha256 = (title: string): ForgeError =>
  new ForgeError("rejected", `${title} names its objects by SHA-256, and only SHA-1 repositories are supported`);

function redirected(from: string, location: string, title: string): string {
  const to = URL.canParse(location, from) ? new URL(location, `${from}/`) : undefined;
  if (to?.origin !== new URL(from).origin || !to.pathname.endsWith("/git-upload-pack"))
    throw new ForgeError(
      "rejected",
      `${title} redirects to ${to?.host ?? "nowhere"}; a redirect to another host is not followed, since it would be given the credential`,
    );
  return `${to.origin}${to.pathname.slice(0, -"/git-upload-pack".length)}`;
}

/** What broke, by its code alone: messages may hold addresses. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^[A-Z0-9_]{3,60}$/.test(code) ? `the connection failed (${code})` : "the connection failed";
}
