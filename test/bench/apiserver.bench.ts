/**
 * What the embedded API server bears: status writes per second, each of them durable, and a LIST of 10,000 objects in
 * pages, from another process over TLS. The promise is 2,000 writes a second on two cores, and half a second.
 *
 *     node --import tsx test/bench/apiserver.bench.ts [objects]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Agent, request } from "undici";
import { mills } from "../embedded/apiserver/harness.ts";

const count = Number(process.argv[2] ?? 10_000);
const parallel = 20;
const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
const script = new URL("../embedded/apiserver/serve.ts", import.meta.url).pathname;
const server = spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: ["ignore", "pipe", "inherit"] });
const { value } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
const { url, ca, token } = JSON.parse(value) as { url: string; ca: string; token: string };
const dispatcher = new Agent({ connections: parallel, connect: { ca } });

async function call(method: "GET" | "POST" | "PATCH", path: string, type: string, body?: object): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, "content-type": type };
  const answer = await request(`${url}${path}`, {
    method,
    headers,
    dispatcher,
    body: body ? JSON.stringify(body) : null,
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text;
}

/** The CPU time of the server so far, in milliseconds; NaN where /proc does not tell. */
function cpu(): number {
  try {
    const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ");
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return Number.NaN;
  }
}

async function measure(what: string, work: (at: number) => Promise<unknown>): Promise<void> {
  const [started, before] = [performance.now(), cpu()];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const ms = performance.now() - started;
  const each = ((cpu() - before) / count).toFixed(2);
  console.log(`${what.padEnd(28)} ${((count / ms) * 1000).toFixed(0).padStart(6)}/s   server CPU ${each} ms each`);
}

const status = (turn: number): object => ({
  turns: turn,
  conditions: ["Ready", "Reconciling"].map((type) => ({ type, status: turn % 2 ? "True" : "False" })),
});
const mill = (at: number): object => ({ apiVersion: "test.dev/v1", kind: "Mill", metadata: { name: `m${at}` } });
const annotations = { padding: "x".repeat(1200) };

console.log(`${count} objects, ${parallel} at a time, load ${loadavg()[0]!.toFixed(2)}, Node ${process.version}`);
await measure("create", (at) =>
  call("POST", mills, "application/json", {
    ...mill(at),
    metadata: { name: `m${at}`, annotations },
    spec: { river: "Kern" },
  }),
);
for (const turn of [1, 2]) {
  await measure("status by merge patch", (at) =>
    call("PATCH", `${mills}/m${at}/status`, "application/merge-patch+json", { status: status(turn) }),
  );
  await measure("status by server-side apply", (at) =>
    call("PATCH", `${mills}/m${at}/status?fieldManager=bench&force=true`, "application/apply-patch+yaml", {
      ...mill(at),
      status: status(turn + 10),
    }),
  );
}
for (let round = 0; round < 3; round += 1) {
  const started = performance.now();
  let [next, seen, bytes] = ["", 0, 0];
  do {
    const text = await call("GET", `${mills}?limit=500&continue=${next}`, "application/json");
    const list = JSON.parse(text) as { items: unknown[]; metadata: { continue?: string } };
    bytes += text.length;
    seen += list.items.length;
    next = list.metadata.continue ?? "";
  } while (next !== "");
  const ms = (performance.now() - started).toFixed(0);
  console.log(`list ${seen} by 500, ${(bytes / seen / 1000).toFixed(1)} kB each, parsed: ${ms} ms`);
}
server.kill();
await dispatcher.close();
rmSync(folder, { recursive: true, force: true });
