/**
 * The embedded forge as a program of its own, so that it does not take time from who is measured. It serves one
 * repository, which it makes at first, and counts the bytes of all connections: `FOLDER FILES COMMITS`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { startForge } from "../../../src/embedded/forge/server.ts";
import { systemClock } from "../../support/system-clock.ts";
import { importHistory } from "./history.ts";

const [folder = "", files, commits] = process.argv.slice(2);
const count = { sent: 0, received: 0 };

/** Where the only bare repository below a folder is. */
function bareBelow(directory: string): string {
  const found = readdirSync(directory, { recursive: true, encoding: "utf8" }).find((name) => /(^|\/)HEAD$/.test(name));
  if (found === undefined) throw new Error(`there is no repository below ${directory}`);
  return join(directory, found, "..");
}

const start = (publicUrl?: string) =>
  startForge({
    dataDir: folder,
    clock: systemClock,
    limits: { requestsPerHour: 1e9 },
    ...(publicUrl && { publicUrl }),
  });

const first = await start();
await first.createRepository({ owner: "acme", name: "monolith" });
first.addCollaborator("acme/monolith", "millrace-bot", "write");
await first.close();
const bare = bareBelow(join(folder, "repos"));
await importHistory(bare, { files: Number(files), commits: Number(commits) });
// As hosts do: one pack with a bitmap, and a commit graph.
for (const args of [
  ["repack", "-adb", "--quiet"],
  ["commit-graph", "write", "--reachable"],
  ["pack-refs", "--all"],
])
  execFileSync("git", ["-C", bare, ...args], { stdio: ["ignore", "ignore", "ignore"] });

const forge = await start();
const token = forge.createToken("millrace-bot");
const { port } = new URL(forge.url);
/** Passes everything on, and counts. */
const counter = createServer((client) => {
  const server = connect(Number(port), "127.0.0.1");
  client.on("data", (chunk) => {
    count.received += chunk.length;
  });
  server.on("data", (chunk) => {
    count.sent += chunk.length;
  });
  client.pipe(server).pipe(client);
  for (const each of [client, server]) each.on("error", () => each.destroy());
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
});
await new Promise<void>((resolve) => counter.listen(0, "127.0.0.1", resolve));

process.on("message", (message) => {
  if (message === "count") process.send?.({ ...count });
  if (message === "stop") void forge.close().then(() => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ url: `http://127.0.0.1:${(counter.address() as AddressInfo).port}/acme/monolith.git`, token });
