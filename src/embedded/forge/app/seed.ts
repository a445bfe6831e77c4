import { type Forge, findRepository, nowOf } from "../forge.ts";
import { createUser } from "../seed.ts";
import { type App, apps, botLogin, type Installation, installations } from "./record.ts";

/** An app to be made. */
export interface NewApp {
  /** Names it in addresses; its bot is `slug[bot]`. */
  readonly slug: string;
  readonly name?: string;
  /** Login of the account that it belongs to; made if missing. */
  readonly owner: string;
  /** SPKI in PEM: the other half of the key that the app signs with. */
  readonly publicKey: string;
  readonly permissions?: Readonly<Record<string, string>>;
}

/** An installation to be made. */
export interface NewInstallation {
  readonly appId: number;
  /** Login of the account. */
  readonly account: string;
  /** `owner/name` each; all of the account, those to come included, by default. */
  readonly repositories?: readonly string[];
}

/** What a change-making app needs. */
const usual: Readonly<Record<string, string>> = {
  ...{ metadata: "read", contents: "write", pull_requests: "write", checks: "write", statuses: "write" },
  ...{ issues: "write", administration: "read" },
};

/** The calls that make apps for tests and demos. */
export interface AppSeeding {
  createApp(app: NewApp): App;
  installApp(installation: NewInstallation): Installation;
}

/** The same on a forge. */
export function appSeedingOf(forge: Forge): AppSeeding {
  return {
    createApp: ({ slug, name = slug, owner, publicKey, permissions = usual }) =>
      forge.store.transact((transaction) => {
        createUser(transaction, forge, { login: owner });
        const id = transaction.next("id");
        const app = { id, slug, name, clientId: `Iv23li${id}`, owner, publicKey, permissions, createdAt: nowOf(forge) };
        transaction.put(apps, "", id, app);
        createUser(transaction, forge, { login: botLogin(app), type: "Bot", name });
        return app;
      }),
    installApp: ({ appId, account, repositories }) => {
      const app = forge.store.get(apps, "", appId);
      if (!app) throw new Error(`there is no app ${appId} on this forge: create it first`);
      const ids = repositories?.map((path) => repositoryId(forge, path)) ?? null;
      return forge.store.transact((transaction) => {
        const id = transaction.next("id");
        const { permissions } = app;
        const made = { id, appId, account, repositories: ids, permissions, createdAt: nowOf(forge) };
        transaction.put(installations, "", id, made);
        return made;
      });
    },
  };
}

function repositoryId(forge: Forge, path: string): number {
  const [owner = "", name = ""] = path.split("/");
  const found = findRepository(forge.store, owner, name);
  if (!found) throw new Error(`${path} is not on this forge: create it first`);
  return found.repository.id;
}
