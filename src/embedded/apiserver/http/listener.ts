import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Cluster } from "../cluster.ts";
import type { ServerIdentity } from "../tls/certificate.ts";
import { Handler, type Surroundings } from "./handler.ts";

interface ListenOptions extends Pick<Surroundings, "access" | "hub" | "counter" | "fault"> {
  readonly identity: ServerIdentity;
  readonly host: string;
  readonly port: number;
}

/** Opens the HTTPS server. Rejects when the address is taken. */
export async function listen(
  cluster: Cluster,
  options: ListenOptions,
): Promise<{ port: number; close(): Promise<void> }> {
  const { access, hub, counter, fault, identity, host, port } = options;
  const sockets = new Map<number | undefined, Socket>();
  // A TLS socket cannot be reset, the TCP socket under it can; the client's port tells which one that is.
  const reset = ({ socket }: { socket: Socket }): void => void sockets.get(socket.remotePort)?.resetAndDestroy();
  const handler = new Handler(cluster, { access, hub, counter, fault, reset });
  const server = createServer(
    { cert: identity.certificate, key: identity.key, keepAlive: true, noDelay: true, keepAliveTimeout: 90_000 },
    (request, response) => void handler.handle(request, response),
  );
  server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once("close", () => sockets.delete(remotePort));
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}
