import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { serveRuns } from "../../src/gateway/runs.ts";
import type { Listener } from "../../src/gateway/server.ts";
import { deliverResult } from "../../src/runner/job/deliver.ts";
import { fetchSource } from "../../src/runner/job/fetch.ts";
import { memoryLog } from "../support/fake-controller.ts";
import { jobWorld, runOf, signal } from "./job-fixture.ts";

/** Waits without waiting: what matters is that it is tried again. */
const clock = { now: () => new Date(), sleep: async () => undefined };
/** A clock whose every look is a minute later. */
const hurried = () => {
  let minutes = 0;
  return { now: () => new Date(minutes++ * 60_000), sleep: async () => undefined };
};

const limits = { time: "1m", memoryMiB: 64, outputMiB: 1, files: 3 };
const run = runOf({ limits });
let world: ReturnType<typeof jobWorld>;
let listener: Listener;
let runner: ReturnType<ReturnType<typeof jobWorld>["start"]>["runner"];
let place: { url: string; ticket: string; workspace: string; record: string; mebibytes: number };

beforeEach(async () => {
  world = jobWorld({
    "a.txt": "one\n",
    "bin/tool": { content: "#!/bin/sh\n", mode: "Executable" },
    link: { content: "a.txt", mode: "Link" },
    "naïve.txt": "é\n",
  });
  const started = world.start();
  runner = started.runner;
  await runner.look(run, signal);
  listener = await serveRuns({ host: "127.0.0.1", port: 0 }, started.desk, memoryLog().log);
  const folder = await mkdtemp(join(world.folder, "pod-"));
  place = {
    url: listener.url,
    ticket: join(folder, "ticket"),
    workspace: join(folder, "workspace"),
    record: join(folder, "files.json"),
    mebibytes: 1,
  };
  await mkdir(place.workspace);
});
afterEach(async () => {
  await listener.close();
  world.close();
});

async function go(what: "source" | "result", more: { clock?: typeof clock; directory?: string; url?: string } = {}) {
  const tickets = world.jobs.only("Secret")["stringData"] as Record<string, string>;
  await writeFile(place.ticket, `${tickets[what]}\n`);
  const options = { ...place, clock, signal, directory: undefined, ...more };
  const url = `${more.url ?? listener.url}/runs/${run.id}/${what}`;
  return what === "source" ? fetchSource({ ...options, url }) : deliverResult({ ...options, url, files: limits.files });
}

describe("the programs beside a command", () => {
  test("bring its files, with modes and links, and take home what it changed", async () => {
    assert.equal(await go("source"), undefined);
    const at = (path: string) => join(place.workspace, path);
    assert.equal(await readFile(at("naïve.txt"), "utf8"), "é\n");
    assert.equal(await readlink(at("link")), "a.txt");
    assert.ok((await stat(at("bin/tool"))).mode & 0o100);

    await writeFile(at("a.txt"), "two\n");
    await chmod(at("a.txt"), 0o755);
    await rm(at("bin"), { recursive: true });
    await symlink("/etc/passwd", at("evil"));
    assert.equal(await go("result"), undefined);
    const state = await runner.look(run, signal);
    assert.ok(state.is === "succeeded", JSON.stringify(state));
    assert.deepEqual(
      state.files.map(({ path, mode, content }) => [path, content && mode, content && Buffer.from(content).toString()]),
      [
        ["a.txt", "Executable", "two\n"],
        ["bin/tool", undefined, undefined],
        ["evil", "Link", "/etc/passwd"],
      ],
    );
  });

  test("deliver that nothing changed", async () => {
    await go("source");
    await writeFile(join(place.workspace, "a.txt"), "one\n");
    assert.equal(await go("result"), undefined);
    const state = await runner.look(run, signal);
    assert.deepEqual(state.is === "succeeded" && state.files, []);
  });

  test("begin anew where the files broke off, and leave nothing of the first attempt", async () => {
    await writeFile(join(place.workspace, "of an earlier attempt"), "");
    const flaky = await breaking(1, listener.url);
    assert.equal(await go("source", { url: flaky.url }), undefined);
    assert.equal(flaky.asked(), 2);
    await assert.rejects(stat(join(place.workspace, "of an earlier attempt")), { code: "ENOENT" });
    await flaky.close();
  });

  test("ask until the replica that leads answers", async () => {
    world.leads = false;
    const elected = async () => {
      world.leads = true;
    };
    const patient = { ...clock, sleep: elected as typeof clock.sleep };
    assert.equal(await go("source", { clock: patient }), undefined);
  });

  test("give up in the end, and say that the run is lost", async () => {
    world.leads = false;
    const verdict = await go("source", { clock: hurried() });
    assert.equal(verdict?.reason, "Lost");
    assert.match(verdict?.message ?? "", /503/);
    const nowhere = await go("source", { clock: hurried(), url: "http://127.0.0.1:1" });
    assert.match(`${nowhere?.reason} ${nowhere?.message}`, /^Lost .*out of reach/);
  });

  test("do not insist with a ticket that was used", async () => {
    await go("source");
    await world.clock.advance(61_000);
    let waits = 0;
    const verdict = await go("source", { clock: { ...clock, sleep: async () => void waits++ } });
    assert.match(`${verdict?.reason} ${verdict?.message}`, /^Lost .*410/);
    assert.equal(waits, 0);
  });

  test("say that there is no such directory, or that the files do not fit", async () => {
    const missing = await go("source", { directory: "nowhere" });
    assert.match(`${missing?.reason} ${missing?.message}`, /^CommandFailed .*"nowhere"/);
    assert.equal(await go("source", { directory: "bin" }), undefined);
    place = { ...place, mebibytes: 0 };
    const full = await go("source");
    assert.match(`${full?.reason} ${full?.message}`, /^RunUnschedulable .*more than 0 bytes/);
  });

  test("say what is wrong with a result", async () => {
    await go("source");
    for (const each of [1, 2, 3, 4]) await writeFile(join(place.workspace, `new-${each}`), "");
    assert.equal((await go("result"))?.reason, "OutputTooLarge");
  });
});

describe("the gateway's answers to pods", () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${listener.url}${path}`, init);
    return `${response.status} ${await response.text()}`;
  };
  const ticket = { authorization: `Bearer ${"x".repeat(43)}` };

  test("tell nothing about a run to who has no ticket", async () => {
    const none = await ask(`/runs/${run.id}/source`);
    assert.match(none, /^401/);
    assert.equal(await ask(`/runs/${run.id}/source`, { headers: ticket }), none);
    assert.equal(await ask(`/runs/${"f".repeat(32)}/source`, { headers: ticket }), none);
    assert.match(await ask(`/runs/${run.id}/result`, { method: "POST", headers: ticket, body: "x" }), /^400/);
  });

  test("know two paths and no other", async () => {
    for (const path of [
      "/",
      "/runs",
      `/runs/${run.id}`,
      `/runs/${run.id}/source/`,
      `/runs/../${run.id}/source`,
      "/metrics",
    ]) {
      assert.match(await ask(path), /^404/, path);
    }
    assert.match(await ask(`/runs/${run.id}/result`), /^405/);
    assert.match(await ask(`/runs/${run.id}/source`, { method: "POST" }), /^405/);
  });

  test("read no body of who has no ticket", async () => {
    const digest = { "content-digest": `sha-256=:${"A".repeat(43)}=:` };
    const body = "x".repeat(8 * 1024 * 1024);
    const sent = ask(`/runs/${run.id}/result`, { method: "POST", headers: { ...ticket, ...digest }, body });
    // Either the answer is read, or the connection was closed while the body was still being sent.
    assert.match(await sent.catch((error: Error) => `401 ${error.message}`), /^401/);
  });
});

/** Passes requests on, and breaks the first answers off after a few bytes. */
async function breaking(times: number, target: string) {
  let asked = 0;
  const server: Server = createServer((request, response) => {
    asked++;
    void fetch(`${target}${request.url}`, { headers: { authorization: request.headers.authorization! } }).then(
      async (answer) => {
        const bytes = Buffer.from(await answer.arrayBuffer());
        response.writeHead(answer.status);
        if (asked > times) return response.end(bytes);
        response.write(bytes.subarray(0, 700), () => response.destroy());
        return undefined;
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
