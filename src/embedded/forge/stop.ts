import type { Server } from "node:http";
import type { Forge } from "./forge.ts";
import type { Part } from "./part.ts";

/** Ends what a running forge consists of, from the outside in: who asks, what runs by itself, git, the store. */
export async function stop({
  server,
  forge,
  running,
  serving,
}: {
  readonly server: Server;
  readonly forge: Forge;
  readonly running: readonly Part[];
  readonly serving: ReadonlySet<Promise<void>>;
}): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
  await Promise.all(running.map((part) => part.close()));
  await forge.git.close();
  await Promise.all(serving);
  forge.store.close();
}
