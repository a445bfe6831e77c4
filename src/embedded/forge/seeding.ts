import { addToken } from "./access.ts";
import { type Forge, findRepository } from "./forge.ts";
import { createRepository, createUser, type NewRepository, type NewUser } from "./seed.ts";
import { collaborators, type Permission, type Repository, type Token, type User } from "./store/record.ts";

/** The same for tests and demos, by name. */
export interface Seeding {
  createUser(user: NewUser): User;
  /** Makes a user or bot where it is missing and a token for it; gives the secret. */
  createToken(login: string, options?: Partial<Token> & { readonly secret?: string }): string;
  createOrganization(login: string, members?: Readonly<Record<string, Permission>>): User;
  createRepository(options: NewRepository): Promise<{ readonly repository: Repository; readonly sha: string | null }>;
  addCollaborator(repository: string, login: string, permission: Permission): void;
}

/** The seeding calls of a forge; `repository` is `owner/name`. */
export function seedingOf(forge: Forge): Seeding {
  const { store } = forge;
  const makeUser = (user: NewUser): User => store.transact((transaction) => createUser(transaction, forge, user));
  return {
    createUser: makeUser,
    createToken: (login, options) => {
      makeUser({ login });
      return store.transact((transaction) => addToken(transaction, login, options));
    },
    createOrganization: (login, members = {}) => {
      const organization = makeUser({ login, type: "Organization" });
      store.transact((transaction) => {
        for (const [member, permission] of Object.entries(members)) {
          transaction.put(collaborators, login.toLowerCase(), member.toLowerCase(), permission);
        }
      });
      return organization;
    },
    createRepository: (options) => {
      makeUser({ login: options.owner });
      return createRepository(forge, options);
    },
    addCollaborator: (repository, login, permission) => {
      const [owner = "", name = ""] = repository.split("/");
      const found = findRepository(store, owner, name);
      if (!found) throw new Error(`${repository} is not on this forge: create it first`);
      makeUser({ login });
      store.transact((transaction) =>
        transaction.put(collaborators, found.repository.id, login.toLowerCase(), permission),
      );
    },
  };
}
