import { type Forge, findUser } from "../forge.ts";
import type { User } from "../store/record.ts";
import { nodeId, simpleUser, userByLogin } from "../view/user.ts";
import { type App, apps, type Installation } from "./record.ts";

/** GitHub's `integration`. */
export function appView(forge: Forge, app: App): Record<string, unknown> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("App", app.id),
    client_id: app.clientId,
    owner: userByLogin(forge, app.owner),
    name: app.name,
    description: "",
    external_url: forge.url,
    html_url: `${forge.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: [],
  };
}

/** The app that reported something; a person who did so, which GitHub does not allow, stands in as an app of its own. */
export function reporterView(forge: Forge, appId: number | null, login: string): Record<string, unknown> {
  const app = appId === null ? undefined : forge.store.get(apps, "", appId);
  if (app) return appView(forge, app);
  const user = findUser(forge.store, login);
  return appView(forge, standIn(user ?? ghost));
}

const ghost: User = {
  ...{ id: 0, login: "ghost", type: "User", name: null, email: null, siteAdmin: false },
  createdAt: "1970-01-01T00:00:00Z",
};

const standIn = (user: User): App => ({
  ...{ id: user.id, slug: user.login.toLowerCase(), name: user.login, clientId: `Iv1.${user.id}`, owner: user.login },
  ...{ publicKey: "", permissions: { checks: "write", metadata: "read" }, createdAt: user.createdAt },
});

/** GitHub's `installation`. */
export function installationView(forge: Forge, app: App, installation: Installation): Record<string, unknown> {
  const account = findUser(forge.store, installation.account) ?? ghost;
  const url = `${forge.api}/app/installations/${installation.id}`;
  return {
    id: installation.id,
    account: simpleUser(forge, account),
    repository_selection: installation.repositories === null ? "all" : "selected",
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${forge.api}/installation/repositories`,
    html_url: `${forge.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: [],
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
