import { createAppAuth } from "@octokit/auth-app";
import { toForgeError } from "./github-error.ts";

/** Who we are on a host. */
export interface Credential {
  /** Value of the Authorization header for a request to this path of the API. */
  authorization(path: string, signal: AbortSignal): Promise<string>;
  /** For git over HTTP, and for archives. */
  git(signal: AbortSignal): Promise<{ readonly username: string; readonly password: string }>;
  /** Gets a new token at once, since the host no longer takes this one. A token of a person cannot be renewed. */
  readonly renew?: (signal: AbortSignal) => Promise<void>;
  readonly isApp: boolean;
}

/** User name that GitHub ignores beside a token. */
const username = "x-access-token";

/** A token of an account. */
export function tokenCredential(token: string): Credential {
  return {
    isApp: false,
    authorization: async () => `token ${token}`,
    git: async () => ({ username, password: token }),
  };
}

export interface AppOptions {
  readonly appId: number;
  readonly installationId: number;
  /** PEM. */
  readonly privateKey: string;
  /** Octokit's, at the right API, without credentials. */
  readonly request: Parameters<typeof createAppAuth>[0]["request"];
}

/** A GitHub App, with tokens of its installation that are renewed before they expire. */
export function appCredential({ request, ...app }: AppOptions): Credential {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const auth = createAppAuth({ ...app, ...(request && { request }), log });
  const installation = async (signal: AbortSignal, refresh: boolean): Promise<string> => {
    signal.throwIfAborted();
    try {
      return (await auth({ type: "installation", refresh })).token;
    } catch (error) {
      throw toForgeError(error, `get a token for installation ${app.installationId} of GitHub App ${app.appId}`);
    }
  };
  return {
    isApp: true,
    authorization: async (path, signal) => {
      // The App itself, and not its installation, answers for these.
      if (path === "/app") return `bearer ${(await auth({ type: "app" })).token}`;
      return `token ${await installation(signal, false)}`;
    },
    git: async (signal) => ({ username, password: await installation(signal, false) }),
    renew: async (signal) => {
      await installation(signal, true);
    },
  };
}
