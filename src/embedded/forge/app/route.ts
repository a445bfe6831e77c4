import { addToken, type Caller, somebody } from "../access.ts";
import type { Forge } from "../forge.ts";
import { type Answer, created, ok } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Fields } from "../http/field.ts";
import { paged } from "../http/pagination.ts";
import { notFound, Problem, unprocessable } from "../http/problem.ts";
import { type Route, signedIn } from "../http/router.ts";
import { type Repository, repositories } from "../store/record.ts";
import { fullRepository, repositoryView } from "../view/repository.ts";
import { installationOfCaller } from "./caller.ts";
import { type App, apps, botLogin, type Installation, installations } from "./record.ts";
import { appView, installationView } from "./view.ts";

const tokenLivesMs = 60 * 60 * 1000;

/** Routes of apps and of their installations. */
export const appRoutes: readonly Route[] = [
  signedIn("GET", "/app", (call) => {
    const app = appOf(call);
    return ok({ ...appView(call.forge, app), installations_count: installationsOf(call.forge, app).length });
  }),
  signedIn("GET", "/app/installations", (call) => {
    const app = appOf(call);
    return paged(call, installationsOf(call.forge, app), (each) => installationView(call.forge, app, each));
  }),
  signedIn("GET", "/app/installations/{installation_id}", (call) => {
    const { app, installation } = installationNamed(call);
    return ok(installationView(call.forge, app, installation));
  }),
  signedIn("GET", "/repos/{owner}/{repo}/installation", (call) => {
    const app = appOf(call);
    const name = `${call.params["owner"]}/${call.params["repo"]}`.toLowerCase();
    const found = installationsOf(call.forge, app).find((each) =>
      repositoriesOf(call.forge, each).some(
        (repository) => `${repository.owner}/${repository.name}`.toLowerCase() === name,
      ),
    );
    if (!found) throw notFound();
    return ok(installationView(call.forge, app, found));
  }),
  signedIn("POST", "/app/installations/{installation_id}/access_tokens", createToken),
  signedIn("GET", "/installation/repositories", (call) => {
    const caller = somebody(call.caller);
    const installation = installationOfCaller(call.forge.store, caller);
    if (!installation)
      throw new Problem(
        403,
        "You must authenticate with an installation access token in order to list repositories for an installation.",
      );
    return listRepositories(call, caller, installation);
  }),
];

/** The app that calls with its JWT; people and installations are told what is missing, in GitHub's words. */
function appOf({ forge, caller }: Call): App {
  const id = somebody(caller).app;
  const app = id === undefined ? undefined : forge.store.get(apps, "", id);
  if (!app) throw new Problem(401, "A JSON web token could not be decoded");
  return app;
}

const installationsOf = ({ store }: Forge, app: App): readonly Installation[] =>
  [...store.all(installations, "").values()].filter(({ appId }) => appId === app.id);

function installationNamed(call: Call): { readonly app: App; readonly installation: Installation } {
  const app = appOf(call);
  const installation = call.forge.store.get(installations, "", Number(call.params["installation_id"]));
  if (!installation || installation.appId !== app.id) throw notFound();
  return { app, installation };
}

/** The repositories that an installation may see now. */
function repositoriesOf({ store }: Forge, { account, repositories: chosen }: Installation): readonly Repository[] {
  return [...store.all(repositories, "").values()].filter(
    ({ id, owner }) => owner.toLowerCase() === account.toLowerCase() && (chosen?.includes(id) ?? true),
  );
}

async function createToken(call: Call): Promise<Answer> {
  const { forge } = call;
  const { app, installation } = installationNamed(call);
  const input = await call.fields("Installation");
  const chosen = chosenIn(input, repositoriesOf(forge, installation));
  const permissions = permissionsIn(input, installation);
  const expiresAt = `${new Date(forge.clock.now().getTime() + tokenLivesMs).toISOString().slice(0, 19)}Z`;
  // On all repositories of its account it opens those to come, too.
  const ids = chosen?.map(({ id }) => id) ?? installation.repositories;
  const token = forge.store.transact((transaction) =>
    addToken(transaction, botLogin(app), {
      prefix: "ghs_",
      expiresAt,
      repositories: ids,
      installation: { id: installation.id, permissions },
    }),
  );
  const isAll = installation.repositories === null && !chosen;
  return created({
    token,
    expires_at: expiresAt,
    permissions,
    repository_selection: isAll ? "all" : "selected",
    ...(chosen ? { repositories: chosen.map((each) => repositoryView(forge, each)) } : {}),
  });
}

/** The repositories that a token is asked for; undefined for all that the installation has. */
function chosenIn(input: Fields, own: readonly Repository[]): readonly Repository[] | undefined {
  const names = input.optionalTexts("repositories");
  const ids = input.optionalList("repository_ids");
  if (!names && !ids) return undefined;
  const find = (wanted: unknown, is: (repository: Repository) => boolean): Repository => {
    const found = own.find(is);
    if (found) return found;
    throw unprocessable(
      `There is at least one repository that does not exist or is not accessible to the parent installation: ${String(wanted)}`,
    );
  };
  return [
    ...(names ?? []).map((name) => find(name, (repository) => repository.name.toLowerCase() === name.toLowerCase())),
    ...(ids ?? []).map((id) => find(id, (repository) => repository.id === id)),
  ];
}

/** The permissions that a token is asked for: no more than the installation has. */
function permissionsIn(input: Fields, { permissions }: Installation): Readonly<Record<string, string>> {
  const asked = input.optionalObject("permissions")?.all;
  if (!asked) return permissions;
  const refused = Object.entries(asked).some(
    ([name, level]) => permissions[name] === undefined || (level === "write" && permissions[name] !== "write"),
  );
  if (refused) throw unprocessable("The permissions requested are not granted to this installation.");
  return { metadata: "read", ...(asked as Record<string, string>) };
}

function listRepositories(call: Call, caller: Caller, installation: Installation): Promise<Answer> {
  const { forge } = call;
  const only = caller.token?.repositories;
  const own = repositoriesOf(forge, installation).filter(({ id }) => only?.includes(id) ?? true);
  const permission = Object.values(caller.token?.installation?.permissions ?? {}).includes("write") ? "write" : "read";
  const view = (repository: Repository) => {
    const { network_count: _, subscribers_count: __, ...shown } = fullRepository(forge, repository, permission);
    return shown;
  };
  const repository_selection = installation.repositories === null ? "all" : "selected";
  return paged(call, own, view, (views, total_count) => ({ total_count, repository_selection, repositories: views }));
}
