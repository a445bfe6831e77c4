/** The commands about plans, against the embedded API server and forge with a controller at work. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { commands } from "../../src/cli/commands.ts";
import { dispatch } from "../../src/cli/dispatch.ts";
import { ReleasePlan } from "../../src/schema/release-plan.ts";
import { Repository } from "../../src/schema/repository.ts";
import { eventually } from "../support/eventually.ts";
import type { MillraceProcess } from "../support/millrace-process.ts";
import { planFor } from "../support/release-fleet/fleet.ts";
import type { Member } from "../support/release-fleet/member.ts";
import { namespace, type Stage, setStage } from "../support/release-fleet/stage.ts";
import { systemClock } from "../support/system-clock.ts";

const member = (name: string, needs: readonly string[], hasNews = true): Member => ({
  name,
  language: "node",
  needs: needs.map((each) => ({ name: each, pin: true })),
  hasNews,
});
const chain = [member("auth", []), member("sdk", ["auth"]), member("app", ["sdk"], false)];
const [auth, sdk, app] = chain;
const solo = member("solo", []);
// Of every second one the edges are declared: it is known from the beginning what they build on.
const members = [auth!, solo, sdk!, member("other", []), app!];

describe("the commands about plans", () => {
  let stage: Stage;
  let controller: MillraceProcess;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "millrace-plan-cli-"));
    stage = await setStage(members);
    controller = stage.start("source");
    await eventually(
      "every Repository is known",
      async () => {
        const all = await stage.list(Repository.kind);
        const isKnown = (each: (typeof all)[number]): boolean =>
          (each["status"] as Repository["status"])?.conditions?.[0]?.reason === "Synced";
        return all.length === members.length && all.every(isKnown) ? true : undefined;
      },
      60,
      async () => controller.tail(),
    );
  });
  after(async () => {
    await controller?.end("SIGTERM");
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const millrace = async (...args: readonly string[]) => {
    const said = { out: "", error: "" };
    const code = await dispatch([...args, "--kubeconfig", stage.kubeconfig, "--namespace", namespace], commands, {
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
  const written = (plan: object): string => {
    const file = join(folder, "plan.yaml");
    writeFileSync(file, stringify(plan));
    return file;
  };
  const statusOf = async (name: string) =>
    ReleasePlan.object.parse(await stage.client.get(ReleasePlan.resource, { namespace, name })).status;
  const until = (name: string, phase: string) =>
    eventually(
      `${name} is ${phase}`,
      async () => ((await statusOf(name))?.phase === phase ? true : undefined),
      120,
      async () => `${JSON.stringify(await statusOf(name), undefined, 1)}\n${controller.tail()}`,
    );
  /** What stands under ORDER, NAME and VERSION of the table. */
  const rows = (text: string): readonly string[] =>
    [...text.matchAll(/^(\d+) +(\S+) +(\S+(?: -> \S+)?)/gm)].map(
      ([, order, name, version]) => `${order} ${name} ${version}`,
    );
  const autumn = planFor("autumn", namespace, chain, 8);

  test("plan tells what a file would do, and nothing is written anywhere", async () => {
    const { code, out, error } = await millrace("plan", written(autumn));
    assert.equal(code, 0, error);
    assert.deepEqual(rows(out), ["1 auth 1.0.0 -> 1.1.0", "2 sdk 1.0.0 -> 1.1.0", "3 app 1.0.0"]);
    assert.match(out, /^Longest chain: auth -> sdk -> app \(3\)$/m);
    assert.match(out, /^Takes at most 5 pull requests and 8 calls that create content, of 500 an hour/m);
    assert.match(out, /^Unaffected: 2$/m);
    assert.match(out, /^Previewed: /m);
    assert.deepEqual([await stage.list(ReleasePlan.kind), stage.deeds()], [[], 0]);
    const json = JSON.parse((await millrace("plan", written(autumn), "-o", "json")).out);
    assert.deepEqual(json[0].order, [["auth"], ["sdk"], ["app"]]);
  });

  test("what cannot be planned says why, and the exit code too", async () => {
    const { code, out } = await millrace("plan", written(planFor("bad", namespace, [member("nobody", [])], 8)));
    assert.deepEqual([code, /RepositoryUnknown: .*nobody/.test(out)], [1, true], out);
    assert.match((await millrace("plan", "nothing")).error, /there is no ReleasePlan nothing in namespace/);
    assert.match((await millrace("plan", join(folder, "none.yaml"))).error, /none\.yaml cannot be read: ENOENT/);
  });

  test("plan tells how far a plan of the cluster is, and audit that its record holds", async () => {
    await stage.apply(autumn);
    await until("autumn", "Succeeded");
    const { code, out } = await millrace("plan", "autumn");
    assert.equal(code, 0);
    assert.deepEqual(rows(out), ["1 auth 1.0.0 -> 1.1.0", "2 sdk 1.0.0 -> 1.1.0", "3 app 1.0.0 -> 1.0.1"]);
    assert.match(out, /^Succeeded: Succeeded: 3 of 3 /m);
    const { run } = (await statusOf("autumn"))!;
    await eventually("the record is closed", async () =>
      (await millrace("audit", "verify", "plan/autumn")).out.includes(" over ") ? true : undefined,
    );
    const verified = await millrace("audit", "verify", "plan/autumn");
    assert.equal(verified.code, 0, verified.out);
    assert.match(verified.out, new RegExp(`^${run} +ReleasePlan/autumn +8 +over +intact$`, "m"));
    const file = join(folder, "runs.ndjson");
    writeFileSync(file, (await millrace("audit", "export", "plan/autumn")).out);
    assert.match((await millrace("audit", "verify", "--file", file)).out, / 8 +over +intact\n$/);
    assert.match((await millrace("retry", "plan/autumn", "--failed")).error, /nothing in plan autumn has failed/);
  });

  test("retry takes up what failed, and keeps to the same plan", async () => {
    const plan = planFor("winter", namespace, [solo], 8) as { spec: object };
    await stage.apply({ ...plan, spec: { ...plan.spec, merge: { mode: "Manual" } } });
    const pulls = async () =>
      (await stage.ada.get<{ number: number; state: string }[]>("/repos/acme/solo/pulls?state=open")) ?? [];
    const opened = await eventually("a pull request is open", async () => (await pulls())[0], 60);
    await stage.ada.send("PATCH", `/repos/acme/solo/pulls/${opened!.number}`, { state: "closed" });
    await until("winter", "Failed");
    assert.equal((await millrace("plan", "winter")).code, 1);
    assert.match((await millrace("retry", "plan/winter")).error, /say that what failed is meant/);
    const { code, out, error } = await millrace("retry", "plan/winter", "--failed");
    assert.equal(code, 0, out + error);
    await until("winter", "Running");
    const again = await eventually("a pull request is open again", async () => (await pulls())[0], 60);
    await stage.ada.send("PUT", `/repos/acme/solo/pulls/${again!.number}/merge`, {});
    await until("winter", "Succeeded");
  });

  test("rollback shows what it would take back, the last first, and does it when it is told to", async () => {
    const shown = await millrace("rollback", "plan/autumn");
    assert.equal(shown.code, 0, shown.out + shown.error);
    assert.deepEqual(
      rows(shown.out).map((row) => row.split(" ").slice(0, 2).join(" ")),
      ["1 app", "2 sdk", "3 auth"],
    );
    assert.match(shown.out, /1\.1\.0 is taken back/);
    assert.equal((await stage.list(ReleasePlan.kind)).length, 2);
    const begun = await millrace("rollback", "plan/autumn", "--begin", "--name", "back");
    assert.match(begun.out, /back is made; millrace plan back says how far it is/, begun.error);
    await until("back", "Succeeded");
    assert.deepEqual((await statusOf("back"))!.nodes!.map(({ name, version }) => `${name} ${version}`).sort(), [
      "app 1.0.2",
      "auth 1.1.1",
      "sdk 1.1.1",
    ]);
    const gone = await stage.ada.get("/repos/acme/auth/contents/hello.txt").catch(() => undefined);
    assert.equal(gone, undefined);
    assert.match(
      (await millrace("rollback", "plan/autumn", "--begin", "--name", "back")).error,
      /there is a plan back/,
    );
  });
});
