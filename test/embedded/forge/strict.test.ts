import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { startForge } from "../../../src/embedded/forge/server.ts";
import { Strict, type StrictOptions } from "../../../src/embedded/forge/strict.ts";
import { FakeClock } from "../../support/clock.ts";

const read = { method: "GET", path: "/repos/acme/sdk/pulls" };
const open = { method: "POST", path: "/repos/acme/sdk/pulls" };
const label = { method: "PATCH", path: "/repos/acme/sdk/pulls/1" };

function given(options: StrictOptions = {}) {
  const clock = new FakeClock();
  const strict = new Strict({ clock, ...options });
  /** Asks and is answered at once; says how it was refused, if it was. */
  const ask = (what: { readonly method: string; readonly path: string; readonly isMutation?: boolean }) => {
    try {
      strict.enter("user bot", what)();
      return "served";
    } catch (error) {
      const { status, headers, message } = error as {
        status: number;
        headers: Record<string, string>;
        message: string;
      };
      return `${status} ${headers["retry-after"] ?? "-"} ${message.split(" ").slice(0, 2).join(" ")}`;
    }
  };
  const times = (count: number, what: typeof read): string[] => Array.from({ length: count }, () => ask(what));
  return { clock, strict, ask, times, report: () => strict.reports()[0]! };
}

const served = (answers: readonly string[]): boolean => answers.every((answer) => answer === "served");

describe("the strict forge", () => {
  test("lets 80 creations through in any minute, and says how long the next has to wait", async () => {
    const { clock, ask, times, report } = given();
    assert.ok(served(times(40, open)));
    await clock.advance(30_000);
    assert.ok(served(times(40, open)));
    await clock.advance(29_000);
    assert.equal(ask(open), "403 1 You have");
    await clock.advance(1_000);
    assert.ok(served(times(40, open)));
    assert.equal(ask(open), "403 30 You have");
    assert.equal(report().peaks.contentPerMinute, 80);
    assert.deepEqual(
      report().violations.map(({ rule }) => rule),
      ["ContentPerMinute", "ContentPerMinute"],
    );
  });

  test("lets 500 creations through in any hour", async () => {
    const { clock, ask, times } = given();
    for (let block = 0; block < 10; block++) {
      assert.ok(served(times(50, open)));
      await clock.advance(60_000);
    }
    assert.equal(ask(open), `403 ${50 * 60} You have`);
  });

  test("counts points: one to read, five to write, of 900 a minute", async () => {
    const { clock, ask, times, report } = given();
    assert.ok(served([...times(400, read), ...times(100, label)]));
    assert.equal(ask(read), "403 60 You have");
    await clock.advance(60_000);
    assert.equal(ask(read), "served");
    assert.equal(report().peaks.points, 900);
  });

  test("counts GraphQL apart: one to ask, five to change, of 2,000 a minute", () => {
    const { times } = given();
    const graphql = (isMutation: boolean) => ({ method: "POST", path: "/graphql", isMutation });
    assert.ok(served([...times(500, graphql(false)), ...times(300, graphql(true)), ...times(900, read)]));
    assert.equal(times(1, graphql(false))[0], "403 60 You have");
  });

  test("counts the processor's time: 90 s in 60 s, of which 60 for GraphQL", () => {
    const rest = given({ cpuMs: () => 1_000 });
    assert.ok(served(rest.times(90, read)));
    assert.equal(rest.ask(read), "403 60 You have");
    assert.equal(rest.report().violations[0]?.rule, "Cpu");
    const graphql = given({ cpuMs: () => 1_000 });
    assert.ok(served(graphql.times(60, { method: "POST", path: "/graphql" })));
    assert.equal(graphql.ask({ method: "POST", path: "/graphql" }), "403 60 You have");
  });

  test("serves 100 requests at once and refuses the next with 429", () => {
    const { strict, ask, report } = given();
    const leave = Array.from({ length: 100 }, () => strict.enter("user bot", read));
    assert.equal(ask(read), "429 60 You have");
    for (const each of leave) each();
    assert.equal(report().peaks.inFlight, 100);
    assert.equal(report().violations[0]?.rule, "InFlight");
  });

  test("refuses everything until a refusal is over, and bans who insists", async () => {
    const { clock, ask, times, report, strict } = given({ limits: { contentPerMinute: 1 }, patience: 3 });
    times(2, open);
    // What was under way when the refusal came is refused and held against nobody.
    assert.deepEqual(times(20, read), Array(20).fill("403 60 You have"));
    await clock.advance(10_000);
    assert.deepEqual(times(2, read), Array(2).fill("403 50 You have"));
    assert.equal(report().bannedAt, undefined);
    assert.equal(ask(read), "403 - Sorry. Your");
    await clock.advance(24 * 3_600_000);
    assert.equal(ask(read), "403 - Sorry. Your");
    assert.deepEqual(report().bannedAt, new Date("2026-01-01T00:00:10Z"));
    strict.enter("user other", read)();
  });

  test("may leave out how long to wait", () => {
    const { times } = given({ limits: { contentPerMinute: 1 }, saysHowLong: false });
    assert.equal(times(2, open)[1], "403 - You have");
  });

  test("counts what GitHub's reference warns of, and no git objects", () => {
    const { times, report } = given();
    times(1, { method: "PUT", path: "/repos/acme/sdk/pulls/1/merge" });
    times(1, { method: "POST", path: "/repos/acme/sdk/issues/1/comments" });
    times(1, { method: "POST", path: "/repos/acme/sdk/git/trees" });
    times(1, { method: "POST", path: "/app/installations/1/access_tokens" });
    assert.equal(report().content.length, 2);
  });
});

test("a strict forge refuses over HTTP as GitHub does, by account and not by token", async () => {
  const clock = new FakeClock();
  const folder = mkdtempSync(join(tmpdir(), "millrace-strict-"));
  const forge = await startForge({
    dataDir: folder,
    clock,
    strict: { limits: { contentPerMinute: 1 }, patience: 2 },
    limits: { requestsPerHour: 8 },
  });
  try {
    await forge.createRepository({ owner: "acme", name: "sdk", files: { a: "1" } });
    const tokens = [forge.createToken("acme"), forge.createToken("acme")];
    const send = (token: string, method: string, path: string, body?: object) =>
      fetch(forge.api + path, {
        method,
        headers: { authorization: `token ${token}` },
        ...(body && { body: JSON.stringify(body) }),
      });
    let made = 0;
    const release = (token: string) => send(token, "POST", "/repos/acme/sdk/releases", { tag_name: `v${made++}` });
    assert.equal((await release(tokens[0]!)).status, 201);
    const refused = await release(tokens[1]!);
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("retry-after"), "60");
    assert.notEqual(refused.headers.get("x-ratelimit-remaining"), "0");
    const { message, documentation_url } = (await refused.json()) as Record<string, string>;
    assert.match(message!, /^You have exceeded a secondary rate limit/);
    assert.match(documentation_url!, /about-secondary-rate-limits$/);
    await clock.advance(60_000);
    for (let at = 0; at < 7; at++) assert.equal((await send(tokens[0]!, "GET", "/repos/acme/sdk")).status, 200);
    const spent = await send(tokens[0]!, "GET", "/repos/acme/sdk");
    assert.equal(spent.status, 403);
    assert.equal(spent.headers.get("x-ratelimit-remaining"), "0");
    await clock.advance(60_000);
    await send(tokens[0]!, "GET", "/repos/acme/sdk");
    const last = await send(tokens[0]!, "GET", "/repos/acme/sdk");
    assert.match(((await last.json()) as { message: string }).message, /suspended/);
    const [report] = forge.strictReports();
    assert.equal(report?.account, "user acme");
    assert.deepEqual(
      report?.violations.map(({ rule }) => rule),
      ["ContentPerMinute", "Primary", "Penalty", "Penalty"],
    );
    assert.ok(report?.bannedAt);
  } finally {
    await forge.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
