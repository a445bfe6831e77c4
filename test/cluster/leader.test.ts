import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "../../src/controller/client.ts";
import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";
import { createTransport, type Transport } from "../../src/controller/transport.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../support/control-plane.ts";
import { Thing } from "../support/thing.ts";

const crds = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};
const things = ["a", "b", "c"].map((name) => ({ namespace: "default", name }));

/** One write of a status, as the server's own watch showed it; times are of this process, monotonic. */
interface Seen {
  readonly by: string;
  readonly at: number;
}

describe("two controllers on a real API server", { skip: missingAssets() }, () => {
  let plane: ControlPlane;
  let transport: Transport;
  let client: Client;
  let watching: Promise<void> | undefined;
  const quit = new AbortController();
  const processes: Member[] = [];
  const writes: Seen[] = [];

  before(async () => {
    plane = await startControlPlane({ controllers: false });
    const { access } = await loadKubeConfig({ from: "file", path: plane.kubeconfig });
    transport = createTransport(access, { userAgent: "test", random: () => 0.5 });
    client = createClient(transport);
    await client.create(crds, crdOf(Thing) as never, { fieldValidation: "Ignore" });
    for (const metadata of things)
      await eventually(() => client.create(Thing.resource, { metadata, spec: { size: 1 } }));
    watching = watch().catch((error: unknown) => {
      if (!quit.signal.aborted) throw error;
    });
  });
  after(async () => {
    quit.abort(new Error("the test is over"));
    await watching;
    await Promise.all(processes.map((each) => each.kill("SIGKILL")));
    await transport?.close();
    await plane?.close();
  });

  /** The order of writes is the server's: versions count up over all objects. */
  async function watch(): Promise<void> {
    let from = "";
    for await (const { resourceVersion } of client.list(Thing.resource)) from = resourceVersion;
    const events = client.watch(Thing.resource, { resourceVersion: from, timeoutSeconds: 600 }, quit.signal);
    for await (const { object } of events) {
      const { note } = (object["status"] ?? {}) as { note?: string };
      if (note) writes.push({ by: note, at: performance.now() });
    }
  }

  const begin = (name: string): Member => {
    const member = new Member(plane.kubeconfig, name);
    processes.push(member);
    return member;
  };
  const writesOf = (name: string) => writes.filter(({ by }) => by === name);
  const firstWriteOf = async (name: string, withinMs: number): Promise<number> => {
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      const [first] = writesOf(name);
      if (first) return first.at;
      await sleep(20);
    }
    throw new Error(`${name} wrote nothing within ${withinMs} ms: ${processes.map((each) => each.tail()).join("\n")}`);
  };
  /** Who wrote, one after the other, without repetitions: a name that comes twice wrote while another one did. */
  const turns = (): string[] => writes.map(({ by }) => by).filter((by, index, all) => by !== all[index - 1]);

  let one: Member;
  let two: Member;
  let three: Member;
  let four: Member;

  test("one leads and writes, the other is ready and writes nothing", async () => {
    one = begin("one");
    await firstWriteOf("one", 20_000);
    two = begin("two");
    await two.says("standing for election");
    await sleep(2_000);
    assert.deepEqual(turns(), ["one"]);
    assert.ok(writesOf("one").length > 30, `${writesOf("one").length} writes`);
  });

  test("after SIGTERM the other one writes within 10 seconds", async (context) => {
    const began = performance.now();
    const ended = one.kill("SIGTERM");
    const gap = (await firstWriteOf("two", 30_000)) - began;
    context.diagnostic(`fail-over after SIGTERM: ${Math.round(gap)} ms`);
    assert.equal(await ended, 0);
    assert.ok(gap <= 10_000, `${Math.round(gap)} ms`);
  });

  test("a leader that is stopped and continued finds another one, and ends without a write", async (context) => {
    three = begin("three");
    await three.says("standing for election");
    await sleep(6_000);
    const began = performance.now();
    two.signal("SIGSTOP");
    const gap = (await firstWriteOf("three", 60_000)) - began;
    context.diagnostic(`fail-over after SIGSTOP: ${Math.round(gap)} ms`);
    const before = writesOf("two").length;
    const ended = two.ended();
    two.signal("SIGCONT");
    assert.equal(await ended, 1);
    await sleep(1_000);
    assert.equal(writesOf("two").length, before);
    assert.match(two.tail(), /leadership is lost/);
  });

  test("after kill -9 another one writes within 45 seconds", async (context) => {
    four = begin("four");
    await four.says("standing for election");
    await sleep(6_000);
    const began = performance.now();
    void three.kill("SIGKILL");
    const gap = (await firstWriteOf("four", 60_000)) - began;
    context.diagnostic(`fail-over after kill -9: ${Math.round(gap)} ms`);
    assert.ok(gap <= 45_000, `${Math.round(gap)} ms`);
  });

  test("never did two write in turns", async () => {
    assert.equal(await four.kill("SIGTERM"), 0);
    assert.deepEqual(turns(), ["one", "two", "three", "four"]);
    const lease = await client.get(
      { group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease", namespaced: true },
      { namespace: "default", name: "leader-test" },
    );
    const { holderIdentity, leaseTransitions } = lease["spec"] as Record<string, unknown>;
    assert.deepEqual([holderIdentity ?? "", leaseTransitions], ["", 3]);
  });
});

/** A process of the test's program. */
class Member {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: string[] = [];
  readonly #ended: Promise<number | null>;

  constructor(kubeconfig: string, name: string) {
    this.#name = name;
    const program = new URL("../support/leader-program.ts", import.meta.url).pathname;
    this.#child = spawn(process.execPath, ["--import", "tsx", program, kubeconfig, name], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = once(this.#child, "exit").then(([code]) => code as number | null);
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => this.#lines.push(line));
    }
  }

  async says(text: string): Promise<void> {
    for (let attempt = 0; attempt < 600; attempt++) {
      if (this.#lines.some((line) => line.includes(text))) return;
      await sleep(50);
    }
    throw new Error(`${this.#name} never said "${text}":\n${this.tail()}`);
  }

  tail(): string {
    return this.#lines.slice(-15).join("\n");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The exit code; null when the signal ended it. */
  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.signal(signal);
    return this.#ended;
  }
}

async function eventually(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(100);
    }
  }
}
