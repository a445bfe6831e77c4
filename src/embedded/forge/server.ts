import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Scheme } from "./access.ts";
import { type AppSeeding, appSeedingOf } from "./app/seed.ts";
import type { Clock } from "./clock.ts";
import { Events } from "./event.ts";
import type { Forge } from "./forge.ts";
import { BareRepositories } from "./git/bare.ts";
import { Git } from "./git/command.ts";
import { HookSender } from "./hooks/sender.ts";
import type { FaultHook } from "./http/fault.ts";
import { type Part, parts } from "./part.ts";
import { rulesOf } from "./protection/rules.ts";
import { generous, Quota, type QuotaLimits } from "./quota.ts";
import { recover } from "./recover.ts";
import { type Seeding, seedingOf } from "./seeding.ts";
import { serverOf } from "./serving.ts";
import { installUpdateHook } from "./smart/update-hook.ts";
import { stop } from "./stop.ts";
import { type LogEntry, logEntries } from "./store/record.ts";
import { Store } from "./store/store.ts";
import { Strict, type StrictOptions, type StrictReport } from "./strict.ts";

/** How a forge is started. */
export interface ForgeOptions {
  /** The folder of everything it knows; made if missing. One forge at a time. */
  readonly dataDir: string;
  /** `127.0.0.1` by default. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly clock: Clock;
  /** The address that links have, where it is not the one that the server listens on. */
  readonly publicUrl?: string;
  /** GitHub's primary limit and no secondary ones by default. */
  readonly limits?: Partial<QuotaLimits>;
  /** Enforces every limit that GitHub documents, and bans who insists; off by default. */
  readonly strict?: StrictOptions;
  /** Where git is looked for, as PATH has it. */
  readonly searchPath?: string;
  readonly fault?: FaultHook;
  /** Told what went wrong inside; the caller got 500. */
  readonly onError?: (error: unknown, where: string) => void;
}

/** A forge that answers. */
export interface RunningForge extends Seeding, AppSeeding {
  /** Address for git and for people: `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Base address of the REST API, as GitHub Enterprise Server has it: `url` + `/api/v3`. */
  readonly api: string;
  /** What was created, changed, merged and pushed, in order, since the folder was made. */
  log(): readonly LogEntry[];
  /** How each account stands with the limits; empty where the forge is not strict. */
  strictReports(): readonly StrictReport[];
  /** Replaces the fault hook; undefined for no faults. */
  setFault(hook: FaultHook | undefined): void;
  /** Stops answering, ends every connection and every git, and leaves the folder as it is. Again is harmless. */
  close(): Promise<void>;
}

/** Starts a forge on a folder, which may hold one from before. Resolves when it answers. */
export async function startForge(options: ForgeOptions): Promise<RunningForge> {
  const address = { url: "" };
  const forge = assemble(options, address);
  const serve = serverOf(forge);
  let fault = options.fault;
  const serving = new Set<Promise<void>>();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    const served = ready
      .then(() => serve(request, response, fault))
      .catch((error: unknown) => {
        // What could not even be answered: mostly a client that went away.
        if (!request.destroyed && !response.writableEnded) forge.onError(error, `${request.method} ${request.url}`);
        response.destroy();
      })
      .finally(() => serving.delete(served));
    serving.add(served);
  });
  const running: Part[] = [];
  const ready = listen(server, options).then(async (own) => {
    address.url = options.publicUrl ?? own;
    running.push(...parts.map((start) => start(forge)));
    await recover(forge);
    for (const part of running) part.begin?.();
  });
  await ready.catch(async (error: unknown) => {
    await stop({ server, forge, running, serving });
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    url: forge.url,
    api: forge.api,
    ...seedingOf(forge),
    ...appSeedingOf(forge),
    log: () => [...forge.store.all(logEntries, "").values()],
    strictReports: () => forge.strict?.reports() ?? [],
    setFault: (hook) => {
      fault = hook;
    },
    close: () => {
      closing ??= stop({ server, forge, running, serving });
      return closing;
    },
  };
}

/** Starts listening and gives the address. */
async function listen(server: Server, { host = "127.0.0.1", port = 0 }: ForgeOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

function assemble(options: ForgeOptions, address: { readonly url: string }): Forge {
  const { clock } = options;
  // git is told where a repository is from within another folder.
  const dataDir = resolve(options.dataDir);
  const schemes: Scheme[] = [];
  const store = new Store(join(dataDir, "state"));
  const onError = options.onError ?? (() => undefined);
  return {
    clock,
    store,
    hooks: new HookSender({ store, clock, onError }),
    git: new BareRepositories(new Git(options.searchPath ?? "/usr/local/bin:/usr/bin:/bin"), join(dataDir, "repos")),
    events: new Events(),
    quota: new Quota(clock, { ...generous, ...options.limits }),
    strict: options.strict && new Strict({ clock, ...options.strict }),
    rules: rulesOf(store),
    schemes,
    hooksPath: installUpdateHook(dataDir),
    onError,
    get url() {
      return address.url;
    },
    get api() {
      return `${address.url}/api/v3`;
    },
  };
}
