import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { forgeApi } from "../../src/cli/demo/forge-api.ts";
import { notReady, readFleet, statusOf } from "../../src/cli/demo/observe.ts";
import { verify } from "../../src/cli/demo/verify.ts";
import { verifyReleases } from "../../src/cli/demo/verify-releases.ts";
import { clientFor } from "./cluster-client.ts";
import { freePorts } from "./free-ports.ts";
import { startMillrace } from "./millrace-process.ts";
import { mulberry32 } from "./random.ts";

/** A story takes about this long; a kill falls anywhere in it. */
const longestMs = 15_000;
/** Who goes on for a process that was killed is held to what that one may have sent, for a minute or two. */
const patienceMs = 420_000;

/**
 * Kills `millrace up` with signal 9 at random moments, starts it again on the same state, and does so until `kills` are
 * reached; each time the story ends, the end is compared with what it has to be, and a new one is begun. Gives how many ended.
 */
export async function killLoop(kills: number, seed: number, say: (line: string) => void): Promise<number> {
  const random = mulberry32(seed);
  const ports = await freePorts(3);
  let killed = 0;
  let ended = 0;
  while (killed < kills) {
    const folder = mkdtempSync(join(tmpdir(), "millrace-kill-"));
    try {
      // Some kills for each story, so that it is interrupted more than once and yet comes to its end.
      const times = Math.min(kills - killed, 1 + Math.floor(random() * 6));
      for (let at = 0; at < times; at++) {
        await runFor(folder, ports, 200 + random() * longestMs);
        killed += 1;
      }
      await toTheEnd(folder, ports);
      ended += 1;
      say(`seed ${seed}: ${killed} kills, ${ended} stories ended as they should`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return ended;
}

const argsOf = (folder: string, [forge, cluster, gateway]: readonly number[]) => [
  "up",
  "--state",
  folder,
  "--forge-port",
  String(forge),
  "--cluster-port",
  String(cluster),
  "--gateway-port",
  String(gateway),
];

async function runFor(folder: string, ports: readonly number[], ms: number): Promise<void> {
  const process = startMillrace(argsOf(folder, ports));
  const early = await Promise.race([process.ended.then(() => true), wait(ms, false)]);
  assert.equal(early, false, `it ended by itself:\n${process.tail()}`);
  await process.end("SIGKILL");
}

async function toTheEnd(folder: string, ports: readonly number[]): Promise<void> {
  const process = startMillrace(argsOf(folder, ports));
  const deadline = performance.now() + patienceMs;
  try {
    while (!process.output().includes("everything stays")) {
      const code = await Promise.race([process.ended.then((exit) => ({ exit })), wait(50)]);
      if (code) assert.fail(`it ended with ${code.exit}:\n${process.tail()}`);
      if (performance.now() > deadline)
        assert.fail(`the end was not reached in ${patienceMs / 1_000} s:\n${process.tail()}`);
    }
    await compare(folder, ports[0]!);
  } finally {
    await process.end("SIGTERM");
  }
}

/** The final state, which is the same whatever happened before: on the forge byte by byte, and in the cluster. */
async function compare(folder: string, port: number): Promise<void> {
  const { developer } = JSON.parse(readFileSync(join(folder, "credentials.json"), "utf8")) as { developer: string };
  const url = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${developer}` };
  const archive = async (commit: string) =>
    new Uint8Array(await (await fetch(`${url}/acme/apis/archive/${commit}.tar.gz`, { headers })).arrayBuffer());
  const ada = forgeApi(`${url}/api/v3`, developer);
  assert.deepEqual([...(await verify(ada, archive)), ...(await verifyReleases(ada))], []);
  const client = await clientFor(join(folder, "kubeconfig"));
  try {
    const fleet = await readFleet(client, "default", new AbortController().signal);
    assert.deepEqual(notReady(fleet), []);
    const facts = [...fleet].flatMap(([kind, objects]) =>
      objects
        .filter(() => kind !== "RunRecord")
        .map((each) =>
          `${kind}/${each.metadata.name} ${statusOf(each).phase ?? ""} ${statusOf(each).pullRequest?.ref ?? ""}`.trim(),
        ),
    );
    assert.deepEqual(facts.toSorted(), end);
  } finally {
    await client.close();
  }
}

const end = [
  "ChangeProposal/fleet-billing Merged #2",
  "ChangeProposal/fleet-billing-bump Merged #1",
  "ChangeProposal/fleet-platform Merged #2",
  "ChangeProposal/fleet-platform-bump Merged #1",
  "ChangeProposal/fleet-sdk-go Merged #2",
  "ChangeProposal/fleet-sdk-node Merged #2",
  "ChangeProposal/fleet-sdk-python Merged #2",
  "ChangeProposal/sync-sources-sdk-go Merged #1",
  "ChangeProposal/sync-sources-sdk-node Merged #1",
  "ChangeProposal/sync-sources-sdk-python Merged #1",
  "Forge/local",
  "Operation/sync-sources",
  "Release/fleet-billing Released",
  "Release/fleet-platform Released",
  "Release/fleet-sdk-go Released",
  "Release/fleet-sdk-node Released",
  "Release/fleet-sdk-python Released",
  "ReleasePlan/fleet Succeeded",
  "Repository/apis",
  "Repository/billing",
  "Repository/platform",
  "Repository/sdk-go",
  "Repository/sdk-node",
  "Repository/sdk-python",
];
