import { emptyTree } from "./tree.ts";

/** Where git finds its remote: the URL is not secret, the credential is. */
export interface Access {
  readonly url: string;
  readonly credential: { readonly username: string; readonly password: string } | undefined;
  readonly isPush?: boolean;
}

export interface EnvironmentOptions {
  /** PATH on which `git` and its helpers are found. */
  readonly path: string;
  /** An empty folder: nothing of the user that runs us reaches git. */
  readonly home: string;
  /** Whether `file://` remotes are allowed. For tests. */
  readonly allowFile: boolean;
  /** PEM bundle of certificate authorities, where the host's own are not enough. */
  readonly caFile: string | undefined;
}

/** The name of the one remote that each mirror has. It is configured for each command, never on disk. */
export const remoteName = "millrace";

/** Seconds of less than 1 kB/s after which a transfer counts as dead. */
const stalledSeconds = 30;

/**
 * The whole environment of a git process that works without the network and never fetches by itself: a
 * missing object is missing. Configuration travels in the environment, which only this user can read.
 */
export function localEnvironment(options: EnvironmentOptions): Record<string, string> {
  return environment(options, configuration(options));
}

/**
 * The same for a process that talks to the remote. The credential goes to that scheme, host and port alone. Files that
 * are missing are expected to be there on the remote, except by a push, which would fetch what it does not need.
 */
export function remoteEnvironment(
  options: EnvironmentOptions,
  { url, credential, isPush }: Access,
): Record<string, string> {
  const settings: [string, string][] = [...configuration(options), [`remote.${remoteName}.url`, url]];
  if (!isPush)
    settings.push([`remote.${remoteName}.promisor`, "true"], [`remote.${remoteName}.partialclonefilter`, "blob:none"]);
  if (credential) settings.push([`http.${new URL(url).origin}/.extraHeader`, `Authorization: ${basic(credential)}`]);
  return environment(options, settings);
}

/** Value of an Authorization header. */
export function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function environment(
  { path, home }: EnvironmentOptions,
  settings: readonly (readonly [string, string])[],
): Record<string, string> {
  return {
    PATH: path,
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    TZ: "UTC",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(settings.map(([key], index) => [`GIT_CONFIG_KEY_${index}`, key])),
    ...Object.fromEntries(settings.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
  };
}

function configuration({ allowFile, caFile }: EnvironmentOptions): [string, string][] {
  return [
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["core.attributesFile", "/dev/null"],
    ["core.alternateRefsCommand", ""],
    ["credential.helper", ""],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["submodule.recurse", "false"],
    ["fetch.recurseSubmodules", "false"],
    ["protocol.version", "2"],
    ["protocol.allow", "never"],
    ["protocol.http.allow", "always"],
    ["protocol.https.allow", "always"],
    ["protocol.file.allow", allowFile ? "always" : "never"],
    ["http.followRedirects", "false"],
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", String(stalledSeconds)],
    // Content is hashed all the same. Git's further checks guard checkouts, which never happen here, and in a partial
    // clone they walk the whole repository at each fetch: measured, 5 times the time at 100,000 objects.
    ["transfer.fsckObjects", "false"],
    // Larger files go from disk to disk, and count as binary. Nothing of the repository decides about attributes.
    ["core.bigFileThreshold", "64m"],
    ["attr.tree", emptyTree],
    ...(caFile === undefined ? [] : [["http.sslCAInfo", caFile] satisfies [string, string]]),
  ];
}
