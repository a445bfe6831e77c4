import type { Scheme } from "./access.ts";
import { type Clock, timestamp } from "./clock.ts";
import type { Events } from "./event.ts";
import type { BareRepositories } from "./git/bare.ts";
import type { HookSender } from "./hooks/sender.ts";
import { notFound } from "./http/problem.ts";
import type { Quota } from "./quota.ts";
import type { Rules } from "./rules.ts";
import {
  type LogEntry,
  logEntries,
  type Repository,
  repositories,
  repositoryNames,
  type User,
  users,
} from "./store/record.ts";
import type { Reader, Store, Transaction } from "./store/store.ts";
import type { Strict } from "./strict.ts";

/** Everything that a handler needs; made once per running forge. */
export interface Forge {
  readonly clock: Clock;
  readonly store: Store;
  readonly git: BareRepositories;
  readonly events: Events;
  readonly quota: Quota;
  /** Set where GitHub's secondary limits are enforced, too. */
  readonly strict: Strict | undefined;
  readonly rules: Rules;
  readonly hooks: HookSender;
  /** More ways to sign in than by token; parts of the forge add theirs when it starts. */
  readonly schemes: Scheme[];
  /** Folder of the hook that holds pushes to the rules. */
  readonly hooksPath: string;
  /** Address for people, without a slash at the end. */
  readonly url: string;
  /** Address of the REST API, without a slash at the end. */
  readonly api: string;
  /** Told what went wrong inside, with the request that it happened in. */
  readonly onError: (error: unknown, where: string) => void;
}

/** Now, as records have it. */
export const nowOf = (forge: Forge): string => timestamp(forge.clock);

/** The repository that a name leads to, and whether the name is an old one. */
export function findRepository(
  reader: Reader,
  owner: string,
  name: string,
): { readonly repository: Repository; readonly renamed: boolean } | undefined {
  const entry = reader.get(repositoryNames, "", `${owner}/${name}`.toLowerCase());
  const repository = entry && reader.get(repositories, "", entry.id);
  return repository && { repository, renamed: !entry.current };
}

/** A user, organization or bot by login; undefined where there is none. */
export const findUser = (reader: Reader, login: string): User | undefined => reader.get(users, "", login.toLowerCase());

/** A user that a record names; 404 where it is gone. */
export function userOf(reader: Reader, login: string): User {
  const user = findUser(reader, login);
  if (!user) throw notFound();
  return user;
}

/** Writes one line of the forge's log, in the same transaction as what it tells of. */
export function logTo(
  transaction: Transaction,
  forge: Forge,
  entry: Pick<LogEntry, "actor" | "action" | "subject"> & {
    readonly repository: Repository | null;
    readonly sha?: string | null;
  },
): void {
  const sequence = transaction.next("log");
  const { repository, sha = null, ...rest } = entry;
  transaction.put(logEntries, "", sequence, {
    sequence,
    time: forge.clock.now().toISOString(),
    ...rest,
    repository: repository && `${repository.owner}/${repository.name}`,
    sha,
  });
}
