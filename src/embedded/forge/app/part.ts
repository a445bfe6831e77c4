import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { userOf } from "../forge.ts";
import { Problem } from "../http/problem.ts";
import type { StartPart } from "../part.ts";
import { parseJwt, problemOfJwt } from "./jwt.ts";
import { type App, apps, botLogin } from "./record.ts";

/** Lets apps sign in with a JWT that their private key signed. */
export const startApps: StartPart = (forge) => {
  forge.schemes.push((secret) => appCaller(forge, secret));
  return { close: async () => undefined };
};

/** The app that a JWT speaks for; 401 for one that is not good, undefined for a secret that is no JWT. */
function appCaller(forge: Forge, secret: string): Caller | undefined {
  const jwt = parseJwt(secret);
  if (!jwt) return undefined;
  const app = issuerOf(forge, jwt.claims["iss"]);
  if (!app) throw new Problem(401, "Integration not found");
  const problem = problemOfJwt(jwt, app, forge.clock.now());
  if (problem !== undefined) throw new Problem(401, problem);
  return { user: userOf(forge.store, botLogin(app)), token: undefined, credential: `app ${app.id}`, app: app.id };
}

/** An app is named by its id, as number or text, or by its client id. */
function issuerOf(forge: Forge, issuer: unknown): App | undefined {
  const all = [...forge.store.all(apps, "").values()];
  return all.find(({ id, clientId }) => String(id) === String(issuer) || clientId === issuer);
}
