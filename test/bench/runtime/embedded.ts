/** The embedded API server in a process of its own. Prints its kubeconfig; then, for each line it reads, what it counted. */
import { createInterface } from "node:readline";
import { startApiServer } from "../../../src/embedded/apiserver/server.ts";
import { definition } from "./fleet.ts";

const server = await startApiServer({ clock: { now: () => new Date() }, preload: [definition] });
console.log(JSON.stringify({ kubeconfig: server.kubeconfig }));
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(server.counts()));
await server.close();
