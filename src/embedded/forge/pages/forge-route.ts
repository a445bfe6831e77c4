import type { Answer } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import { open, type Route } from "../http/router.ts";
import { pageSource } from "./from-forge.ts";
import { answerPage } from "./route.ts";

/** Every address that is not the API's or git's is a page. */
export const pageRoutes: readonly Route[] = [
  open("GET", "/login", signIn),
  open("GET", "/{path}", async (call) => {
    const { status, headers, body } = await answerPage(pageSource(call.forge, call.caller), pathOf(call), call.query);
    return { status, headers, raw: body };
  }),
];

/** The path as it was asked for, below the mount. A page must see it undecoded: a branch's slash is not a path's. */
const pathOf = ({ url }: Call): string => new URL(url).pathname;

/** A browser asks for a token (as the password) and shows it from then on; private repositories appear. */
function signIn({ caller, forge }: Call): Answer {
  if (caller) return { status: 303, headers: { location: `${forge.url}/` } };
  const text = "Sign in with a token as the password; the name does not matter.\n";
  const headers = { "www-authenticate": 'Basic realm="Millrace forge", charset="UTF-8"', "content-type": "text/plain" };
  return { status: 401, headers, raw: text };
}
