/**
 * What the embedded forge costs: seeding a fleet, opening and merging one pull request in each of its repositories, and
 * the reads of an idle sweep. One client with 32 requests at a time, on the same machine and event loop as the forge, so
 * the figures are an upper bound of the forge's own share. Read `cpu each`, in ms of this process: it says the same on a busy
 * machine, and should not grow with the number of repositories.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { startForge } from "../../src/embedded/forge/server.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const content = Array.from({ length: 1000 }, (_, line) => `  - name: library-${line}, at some version\n`).join("");

async function atOnce(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

async function measure(label: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const total = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const figures = [total.toFixed(0), (total / count).toFixed(2), ((user + system) / 1000 / count).toFixed(2)];
  const columns = [label.padEnd(26), String(count).padStart(6), ...figures.map((figure) => figure.padStart(9))];
  console.log(columns.join(" "));
}

async function fleet(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-forge-bench-"));
  const forge = await startForge({
    dataDir: folder,
    clock: { now: () => new Date() },
    limits: { requestsPerHour: 1e9 },
  });
  const api = new Octokit({ baseUrl: forge.api, auth: forge.createToken("acme"), log: silent });
  const at = (index: number) => ({ owner: "acme", repo: `sdk-${index}` });
  const heads: string[] = [];
  await measure("seed, 42 kB file", count, () =>
    atOnce(count, async (index) => {
      const files = { "librarian.yaml": `commit: old\n${content}`, "go.mod": `module sdk-${index}\n` };
      heads[index] = (await forge.createRepository({ owner: "acme", name: `sdk-${index}`, files })).sha ?? "";
    }),
  );
  await measure("branch with a commit", count, () =>
    atOnce(count, async (index) => {
      const tree = await api.git.createTree({
        ...at(index),
        base_tree: heads[index]!,
        tree: [{ path: "librarian.yaml", mode: "100644", content: `commit: new\n${content}` }],
      });
      const parents = [heads[index]!];
      const commit = await api.git.createCommit({ ...at(index), message: "Sync", tree: tree.data.sha, parents });
      await api.git.createRef({ ...at(index), ref: "refs/heads/sync", sha: commit.data.sha });
    }),
  );
  await measure("open a pull request", count, () =>
    atOnce(count, (index) => api.pulls.create({ ...at(index), title: "Sync", head: "sync", base: "main" })),
  );
  await measure("read it, mergeable", count, () =>
    atOnce(count, (index) => api.pulls.get({ ...at(index), pull_number: 1 })),
  );
  await measure("list by head branch", count, () =>
    atOnce(count, (index) => api.pulls.list({ ...at(index), head: "acme:sync", state: "all" })),
  );
  await measure("squash", count, () =>
    atOnce(count, (index) => api.pulls.merge({ ...at(index), pull_number: 1, merge_method: "squash" })),
  );
  await measure("head of a branch", count, () =>
    atOnce(count, (index) => api.repos.getBranch({ ...at(index), branch: "main" })),
  );
  await forge.close();
  const again = performance.now();
  await (await startForge({ dataDir: folder, clock: { now: () => new Date() } })).close();
  console.log(`start again and close: ${(performance.now() - again).toFixed(0)} ms`);
  rmSync(folder, { recursive: true, force: true });
}

console.log(`node ${process.version}`);
console.log(["what".padEnd(26), " count", "       ms", "  ms each", " cpu each"].join(" "));
for (const count of [20, 200, 1000]) await fleet(count);
