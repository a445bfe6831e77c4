import type { Octokit } from "@octokit/rest";
import { ForgeError } from "../reconcilers/errors.ts";
import { call } from "./call.ts";
import { isInstallationToken, startsChecks } from "./capability.ts";
import { GraphQL } from "./graphql.ts";

/** Who we shall be: the values of secrets. */
export type Identity =
  | { readonly is: "Token"; readonly token: string }
  | { readonly is: "App"; readonly appId: number; readonly installationId: number; readonly privateKey: string };

const doing = "check the credential";

/** The account behind a credential. */
export class Account {
  readonly #octokit: Octokit;
  readonly #identity: Identity;
  #login: string | undefined;

  constructor(octokit: Octokit, identity: Identity) {
    this.#octokit = octokit;
    this.#identity = identity;
  }

  /** Whether what it does starts checks; undefined where that is not known, or not yet. */
  get startsChecks(): boolean | undefined {
    return this.#identity.is === "App" ? true : startsChecks(this.#identity.token, this.#login);
  }

  /** Its name, as of the first time that it was told: a credential does not change its account. */
  async login(signal: AbortSignal): Promise<string> {
    return this.#login ?? this.check(signal);
  }

  /** Asks the forge for its name, which shows whether the credential is good. */
  async check(signal: AbortSignal): Promise<string> {
    this.#login = await this.#ask(signal);
    return this.#login;
  }

  async #ask(signal: AbortSignal): Promise<string> {
    const { rest } = this.#octokit;
    if (this.#identity.is === "App") {
      const { data } = await call(doing, signal, () => rest.apps.getAuthenticated({ request: { signal } }));
      return `${data?.slug ?? "app"}[bot]`;
    }
    if (isInstallationToken(this.#identity.token)) return this.#viewer(signal);
    return (await call(doing, signal, () => rest.users.getAuthenticated({ request: { signal } }))).data.login;
  }

  /** GitHub tells an installation's token its name by GraphQL alone. */
  async #viewer(signal: AbortSignal): Promise<string> {
    const graphql = new GraphQL(this.#octokit);
    const answer = await graphql.ask<{ readonly viewer: { readonly login: string } }>(
      doing,
      { query: "query { viewer { login } }" },
      signal,
    );
    if ("data" in answer) return answer.data.viewer.login;
    throw new ForgeError("denied", `could not ${doing}: ${answer.complaint.message}`);
  }
}
