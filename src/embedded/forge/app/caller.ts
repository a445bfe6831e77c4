import type { Caller } from "../access.ts";
import type { Reader } from "../store/store.ts";
import { type App, apps, type Installation, installations } from "./record.ts";

/** The app that the caller is, by its own key or by an installation's token; undefined for people. */
export function appOfCaller(reader: Reader, caller: Caller): App | undefined {
  const appId = caller.app ?? installationOfCaller(reader, caller)?.appId;
  return appId === undefined ? undefined : reader.get(apps, "", appId);
}

/** The installation whose token the caller has. */
export function installationOfCaller(reader: Reader, { token }: Caller): Installation | undefined {
  return token?.installation ? reader.get(installations, "", token.installation.id) : undefined;
}
