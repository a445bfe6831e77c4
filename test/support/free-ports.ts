import { once } from "node:events";
import { createServer } from "node:net";

/** Ports on which nobody listens now, for programs that take no 0. */
export async function freePorts(count: number, host = "127.0.0.1"): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}
