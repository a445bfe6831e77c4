import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog, currentTurn, inTurn, type LogLevel } from "../../src/controller/log.ts";
import { Scrubber } from "../../src/controller/scrub.ts";
import { FakeClock } from "../support/clock.ts";

function written(level: LogLevel = "debug", scrubber?: Scrubber) {
  const lines: string[] = [];
  const to = { write: (line: string) => void lines.push(line) };
  const log = createLog({ level, clock: new FakeClock(), to, ...(scrubber && { scrubber }) });
  return { log, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

test("a line is JSON with level, time, fields and message", () => {
  const { log, last } = written();
  log.child({ kind: "Repository" }).info({ reason: "UpToDate" }, "main is at abc");
  const want = { level: "info", time: "2026-01-01T00:00:00.000Z", kind: "Repository", reason: "UpToDate" };
  assert.deepEqual(last(), { ...want, message: "main is at abc" });
});

test("levels below the one asked for are silent", () => {
  const { log, lines } = written("warn");
  log.debug({}, "a");
  log.info({}, "b");
  log.warn({}, "c");
  assert.equal(lines.length, 1);
});

test("all that is logged in a turn carries it, across awaits, and turns side by side do not mix", async () => {
  const { log, lines } = written();
  const turn = (name: string) =>
    inTurn({ controller: "repository", namespace: "fleet", name, trace: name.repeat(32) }, async () => {
      await sleep(1);
      log.info({ about: name }, "done");
      assert.equal(currentTurn()?.name, name);
    });
  await Promise.all([turn("a"), turn("b")]);
  for (const line of lines.map((each) => JSON.parse(each) as Record<string, unknown>)) {
    assert.equal(line["name"], line["about"]);
    assert.equal(line["trace"], String(line["about"]).repeat(32));
    assert.equal(line["controller"], "repository");
  }
  log.info({}, "outside");
  assert.equal(currentTurn(), undefined);
  assert.doesNotMatch(lines.at(-1)!, /trace/);
});

test("fields that hold secrets are not written", () => {
  const { log, lines } = written();
  const secret = "hunter2hunter2";
  log.info({ token: secret, request: { headers: { authorization: secret } }, forge: { password: secret } }, "asked");
  assert.doesNotMatch(lines[0]!, /hunter2/);
  assert.match(lines[0]!, /"token":"…"/);
});

test("what looks like a secret is not written, wherever it stands", () => {
  const { log, lines } = written();
  const secrets = [
    `ghp_${"a1B2".repeat(9)}`,
    `github_pat_${"x_9".repeat(12)}`,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "Bearer abcdefghijklmnop1234",
    "https://x-access-token:s3cr3tvalue@forge.example/a.git",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAK\n-----END RSA PRIVATE KEY-----",
  ];
  for (const secret of secrets) log.error({ err: new Error(`could not use ${secret}`), detail: secret }, secret);
  const text = lines.join("");
  for (const piece of ["a1B2a1B2", "x_9x_9", "dozjgNry", "abcdefghijklmnop", "s3cr3tvalue", "MIIBOg"]) {
    assert.ok(!text.includes(piece), piece);
  }
  assert.ok(text.includes("forge.example/a.git"), "what is not secret stays");
});

test("a secret that was learned is not written, in whichever form", () => {
  const scrubber = new Scrubber();
  const { log, lines } = written("debug", scrubber);
  scrubber.learn('cor"rect horse\nbattery');
  scrubber.learn("abc");
  scrubber.learn("staple.(+*)?");
  log.info({ deep: { er: ['say cor"rect horse\nbattery'] } }, "abc staple.(+*)?!");
  assert.doesNotMatch(lines[0]!, /horse|staple/);
  assert.match(lines[0]!, /abc …!/);
});

test("of two secrets one of which begins the other nothing is left", () => {
  const scrubber = new Scrubber();
  scrubber.learn("correct horse");
  scrubber.learn("correct horse battery");
  assert.equal(scrubber.scrub("say correct horse battery"), "say …");
});

test("a thousand secrets are remembered, and the oldest is the first to go", () => {
  const scrubber = new Scrubber();
  for (let index = 0; index < 1_001; index++) scrubber.learn(`secret-number-${index};`);
  assert.equal(scrubber.scrub("secret-number-1000; secret-number-1;"), "… …");
  assert.equal(scrubber.scrub("secret-number-0;"), "secret-number-0;");
});

test("of an error only what is known to be harmless is written, with its causes", () => {
  const { log, last } = written();
  const cause = Object.assign(new TypeError("fetch failed"), { code: "ECONNRESET", request: { body: "private" } });
  log.error({ err: Object.assign(new Error("no answer", { cause }), { headers: { a: "private" } }) }, "failed");
  const err = last()["err"] as Record<string, unknown>;
  assert.equal(err["message"], "no answer");
  assert.deepEqual(
    { ...(err["cause"] as object), stack: "" },
    { type: "TypeError", message: "fetch failed", code: "ECONNRESET", stack: "" },
  );
  assert.doesNotMatch(JSON.stringify(last()), /private/);
});
