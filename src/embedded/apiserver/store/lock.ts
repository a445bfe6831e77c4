import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpath, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Takes a folder for this process; resolves to how to give it back. A process that dies gives it back too, for the
 * lock is an open socket and not a file. Rejects when another process has it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const name = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 24);
  const path = join(tmpdir(), `millrace-${name}.lock`);
  const held = await hold(path);
  if (held) return () => release(held);
  if (await answers(path)) {
    throw new Error(`${folder} is in use by another server: stop that one, or choose another folder`);
  }
  // What is left of a process that was killed.
  await rm(path, { force: true });
  const taken = await hold(path);
  if (!taken)
    throw new Error(`${folder} was taken by another server in this moment: stop that one, or choose another folder`);
  return () => release(taken);
}

async function hold(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen(path);
    await once(server, "listening");
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return undefined;
    throw error;
  }
}

async function release(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  await closed;
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
