import { ForgeError } from "../reconcilers/errors.ts";
import type { Remote } from "../reconcilers/git-port.ts";
import type { Access } from "./environment.ts";

/** Host and path of a remote, for people: `github.com/acme/sdk`. */
export function remoteTitle({ url }: Pick<Remote, "url">): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed ? `${parsed.host}${parsed.pathname.replace(/\.git$/, "")}` : "the remote";
}

/** Where to find a remote, and as whom. Rejects with a ForgeError where its URL is not one that we use. */
export async function accessOf(
  remote: Remote,
  { allowFile, signal }: { readonly allowFile: boolean; readonly signal: AbortSignal },
): Promise<Access> {
  const { protocol, username, password } = parse(remote);
  if (!["http:", "https:", ...(allowFile ? ["file:"] : [])].includes(protocol))
    throw new ForgeError(
      "rejected",
      `${remoteTitle(remote)} is reached by ${protocol}//; only https and http are allowed`,
    );
  if (username || password)
    throw new ForgeError("rejected", `the URL of ${remoteTitle(remote)} carries a credential; put it into a Secret`);
  return { url: remote.url.replace(/\/+$/, ""), credential: await remote.credential(signal) };
}

function parse(remote: Remote): URL {
  if (!URL.canParse(remote.url)) throw new ForgeError("rejected", "the remote has no URL that can be read");
  return new URL(remote.url);
}
