import { ForgeError } from "../../reconcilers/errors.ts";
import type { Api } from "./api.ts";
import type { GiteaUser } from "./pull-request.ts";

/** The account behind a token. */
export class Account {
  readonly #api: Api;
  readonly #root: string;
  #login: string | undefined;

  /** `root` is the API's, for messages. */
  constructor(api: Api, root: string) {
    this.#api = api;
    this.#root = root;
  }

  /** Its name, as of the first time that it was told: a token does not change its account. */
  async login(signal: AbortSignal): Promise<string> {
    return this.#login ?? this.check(signal);
  }

  /** Asks the forge for its name, which shows whether the token is good. */
  async check(signal: AbortSignal): Promise<string> {
    const doing = "check the credential";
    const found = await this.#api.getOr<GiteaUser>({ doing, path: "/user", signal }, 404);
    const remedy = "give the root of Gitea's API, such as https://git.example.com/api/v1";
    if (!found) throw new ForgeError("rejected", `could not ${doing}: there is no /user at ${this.#root}: ${remedy}`);
    this.#login = found.data.login;
    return found.data.login;
  }
}
