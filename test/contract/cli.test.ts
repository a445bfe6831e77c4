/** The commands for people, as the real program, against the embedded API server and forge with a controller at work. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands.ts";
import { dispatch } from "../../src/cli/dispatch.ts";
import { type ApiServer, startApiServer } from "../../src/embedded/apiserver/server.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { kinds } from "../../src/schema/index.ts";
import { clientFor } from "../support/cluster-client.ts";
import { eventually } from "../support/eventually.ts";
import { accounts, startFleet, webhookSecret } from "../support/fleet.ts";
import { declareFleet, untilReady } from "../support/scenario.ts";
import { systemClock } from "../support/system-clock.ts";

const namespace = "default";
const greeting = {
  apiVersion: "millrace.dev/v1alpha1",
  kind: "ChangeProposal",
  metadata: { name: "greet" },
  spec: {
    repositoryRef: { name: "sdk-go" },
    title: "Greet who comes by",
    interval: "1s",
    change: { edits: [{ path: "HELLO.md", content: "hello\n" }] },
    merge: { mode: "Manual" },
  },
};

describe("the commands for people", () => {
  let server: ApiServer;
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  let client: Awaited<ReturnType<typeof clientFor>>;
  let controller: ChildProcess;
  let folder: string;
  let log = "";

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
    fleet = await startFleet({ host: "127.0.0.1", address: "127.0.0.1" });
    server = await startApiServer({ clock: systemClock, preload: kinds.map(crdOf) });
    writeFileSync(join(folder, "kubeconfig"), server.kubeconfig);
    client = await clientFor(join(folder, "kubeconfig"));
    controller = start(["controller", "--state", join(folder, "state"), "--gateway", "off", "--ops", "off"]);
    for (const stream of [controller.stdout!, controller.stderr!])
      stream.on("data", (chunk) => {
        log = (log + chunk).slice(-10_000);
      });
    await declareFleet(client, fleet, namespace, (text) => text.replace(/^spec:$/gm, "spec:\n  interval: 1s"));
    await untilReady(client, namespace, () => log);
  });
  after(async () => {
    const ended = new Promise((resolve) => controller.once("exit", resolve));
    controller.kill();
    await ended;
    await client.close();
    await server.close();
    await fleet.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (args: readonly string[]): ChildProcess =>
    spawn(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", ...args, "--kubeconfig", join(folder, "kubeconfig")],
      {
        env: { PATH: process.env["PATH"], HOME: folder },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );

  /** In this process, which is quicker; what the process itself adds is tried by `program`. */
  const millrace = async (args: readonly string[], input?: string) => {
    const said = { out: "", error: "" };
    const file = join(folder, "input.yaml");
    if (input !== undefined) writeFileSync(file, input);
    const argv = args.map((each) => (each === "-" ? file : each));
    const code = await dispatch([...argv, "--kubeconfig", join(folder, "kubeconfig")], commands, {
      env: { PATH: process.env["PATH"] },
      clock: systemClock,
      random: Math.random,
      version: "1.2.3",
      root: ".",
      signal: new AbortController().signal,
      out: (text) => {
        said.out += text;
      },
      error: (text) => {
        said.error += text;
      },
      colour: false,
    });
    return { code, ...said };
  };

  const program = async (args: readonly string[], input = "") => {
    const child = start(args);
    const said = { out: "", error: "" };
    child.stdout!.on("data", (chunk) => {
      said.out += chunk;
    });
    child.stderr!.on("data", (chunk) => {
      said.error += chunk;
    });
    child.stdin!.end(input);
    const code = await new Promise((resolve) => child.once("close", resolve));
    return { code, ...said };
  };

  const pulls = async () => (await fleet.ada.get<readonly unknown[]>("/repos/acme/sdk-go/pulls?state=all"))!;
  const statusOf = async () => {
    const { status } = (await client.get(ChangeProposal.resource, {
      namespace,
      name: "greet",
    })) as unknown as ChangeProposal;
    return status;
  };
  const until = (phase: string) =>
    eventually(
      `greet is ${phase}`,
      async () => ((await statusOf())?.phase === phase ? true : undefined),
      60,
      async () => log,
    );
  /** Commit ids differ with the moment; everything else of two plans is the same. */
  const withoutShas = (text: string): string => text.replace(/\b[0-9a-f]{7,64}\b/g, "…");

  test("diff tells the change and the calls, from standard input, and writes nothing", async () => {
    const { code, out, error } = await program(["diff", "-f", "-"], stringify(greeting));
    assert.equal(code, 1, error);
    assert.match(out, /^\+hello$/m);
    assert.match(out, /^ {2}git push \S+ [0-9a-f]{40} \(must not exist\)$/m);
    assert.match(out, /^ {2}POST \/repos\/acme\/sdk-go\/pulls /m);
    assert.doesNotMatch(out + error, new RegExp(`\u001b|${accounts.bot}`));
    assert.deepEqual(await pulls(), []);
    await assert.rejects(client.get(ChangeProposal.resource, { namespace, name: "greet" }), /NotFound/);
  });

  test("diff without a cluster gives the same from the file alone", async () => {
    const manifests = fleet.manifests();
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "forge" },
      stringData: { token: accounts.bot, webhookSecret },
    };
    const all = [
      ...readdirSync(manifests).map((name) => readFileSync(join(manifests, name), "utf8")),
      stringify(secret),
      stringify(greeting),
    ];
    writeFileSync(join(folder, "all.yaml"), all.join("\n---\n"));
    const alone = await millrace(["diff", "--file", join(folder, "all.yaml"), "--no-cluster", "-o", "json"]);
    assert.equal(alone.code, 1, alone.error);
    const { code, out } = await millrace(["diff", "-f", "-", "-o", "json"], stringify(greeting));
    assert.equal(code, 1);
    assert.equal(withoutShas(alone.out), withoutShas(out));
  });

  test("diff refuses what the server would refuse", async () => {
    const wrong = { ...greeting, spec: { ...greeting.spec, titel: "x" } };
    for (const more of [[], ["--no-cluster"]]) {
      const { code, error } = await millrace(["diff", "-f", "-", ...more], stringify(wrong));
      assert.equal(code, 2, error);
      assert.match(error, /titel/);
    }
  });

  test("diff says what is in the way where it cannot be told", async () => {
    const elsewhere = { ...greeting, spec: { ...greeting.spec, repositoryRef: { name: "nowhere" } } };
    const { code, out } = await millrace(["diff", "-f", "-"], stringify(elsewhere));
    assert.equal(code, 3);
    assert.match(out, /Then RepositoryUnknown: there is no Repository nowhere/);
  });

  test("diff runs a command only where it is told to", async () => {
    const run = { command: ["sh", "-c", "echo made > MADE.md"], paths: ["MADE.md"] };
    const made = stringify({ ...greeting, metadata: { name: "made" }, spec: { ...greeting.spec, change: { run } } });
    const not = await millrace(["diff", "-f", "-"], made);
    assert.equal(not.code, 3, not.out);
    assert.match(not.out, /CommandNotRun/);
    const { code, out } = await millrace(["diff", "-f", "-", "--run"], made);
    if (/IsolationUnavailable/.test(out)) assert.equal(code, 3);
    else assert.match(out, /^\+made$/m);
  });

  test("once it is there, diff has nothing to tell", async () => {
    await client.create(ChangeProposal.resource, { ...greeting, metadata: { ...greeting.metadata, namespace } });
    await until("AwaitingMerge");
    const { code, out, error } = await millrace(["diff", "-f", "-"], stringify(greeting));
    assert.equal(code, 0, out + error);
    assert.match(out, /Nothing would be sent/);
    assert.equal((await pulls()).length, 1);
  });

  test("a proposal is listed, shown, held and let go", async () => {
    assert.match((await millrace(["proposal", "list"])).out, /^greet +sdk-go +#1/m);
    const shown = await millrace(["proposal", "show", "greet"]);
    assert.match(shown.out, /Pull request +#1 Open http/);
    assert.match(shown.out, /A person acts next/);
    const held = await millrace(["proposal", "hold", "greet", "3d", "not", "before", "the", "feast"]);
    assert.equal(held.code, 0, held.error);
    assert.match(held.out, /^greet: Held: .*not before the feast/);
    assert.match((await millrace(["why", "cp/greet"])).out, /To get on: millrace proposal hold greet off/);
    const off = await millrace(["proposal", "hold", "greet", "off"]);
    assert.match(off.out, /^greet: AwaitingMerge: /);
    assert.equal((await statusOf())?.steering?.hold, undefined);
  });

  test("what cannot be asked for is refused, with the way to ask", async () => {
    const adopted = await millrace(["proposal", "adopt", "greet"]);
    assert.equal(adopted.code, 1);
    assert.match(adopted.error, /nothing to adopt/);
    const held = await millrace(["proposal", "hold", "greet", "soon"]);
    assert.equal(held.code, 2);
    assert.match(held.error, /millrace proposal hold NAME 3d REASON/);
    const none = await millrace(["proposal", "show", "nobody"]);
    assert.equal(none.code, 1);
  });

  test("a person's commit is explained by why, and adopted", async () => {
    const branch = (await statusOf())!.branch!;
    await fleet.ada.send("PUT", `/repos/acme/sdk-go/contents/NOTE.md`, {
      message: "Note",
      content: Buffer.from("note\n").toString("base64"),
      branch,
    });
    await until("HumanOwned");
    const { out } = await millrace(["why", "changeproposal/greet"]);
    assert.match(out, /^ChangeProposal greet: HumanOwned: /);
    assert.match(
      out,
      /To get on: millrace proposal adopt greet --namespace default, or millrace proposal release greet/,
    );
    assert.match(out, /└─ Repository sdk-go: ready/);
    assert.match(out, /└─ Forge local: ready/);
    assert.match(out, /The root: ChangeProposal greet\n$/);
    const { tip } = (await statusOf())!;
    const adopted = await millrace(["proposal", "adopt", "greet"]);
    assert.equal(adopted.code, 0, adopted.error);
    await until("AwaitingMerge");
    const { steering, commit } = (await statusOf())!;
    assert.ok(steering?.adopted?.sha === tip || commit === tip);
  });

  test("a no closes the pull request, and is remembered", async () => {
    const { code, error } = await millrace(["proposal", "reject", "greet", "we", "do", "not", "greet"]);
    assert.equal(code, 0, error);
    await until("Declined");
    assert.match((await millrace(["why", "cp/greet"])).out, /To get on: millrace proposal retry greet/);
    const { code: left, out } = await millrace(["diff", "-f", "-"], stringify(greeting));
    assert.equal(left, 0, out);
  });

  test("why goes from an operation down, and says when nothing is in the way", async () => {
    const name = (parse(readFileSync("examples/sync-sources.yaml", "utf8")) as { metadata: { name: string } }).metadata
      .name;
    const { code, out } = await program(["why", `op/${name}`]);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^Operation ${name}: ready`));
    assert.match(out, /Nothing is in the way\.\n$/);
  });
});
