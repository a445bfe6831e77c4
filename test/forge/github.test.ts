import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { type Answering, ScriptedHost } from "../support/scripted-host.ts";
import { onHost, pull, start } from "./github-host.ts";

const { signal } = new AbortController();
const at = { owner: "acme", name: "sdk" };
const text = { title: "Change it", body: "Why." };
const token = "s3cret-t0ken";

describe("the GitHub adapter reads politely", () => {
  test(
    "what has not changed is asked for by its mark, and answered from memory",
    onHost(
      ({ headers }) =>
        headers["if-none-match"] === '"one"'
          ? { status: 304 }
          : { headers: { etag: '"one"' }, body: { login: "mill" } },
      async ({ host, forge }) => {
        for (let n = 0; n < 3; n++) assert.deepEqual(await forge.identity(signal), { login: "mill" });
        assert.deepEqual(
          host.asked.map(({ headers }) => headers["if-none-match"]),
          [undefined, '"one"', '"one"'],
        );
      },
    ),
  );

  for (const fault of ["reset", { status: 502, body: "bad gateway" }] as const) {
    test(
      `a read is tried again after ${JSON.stringify(fault)}, with growing pauses, and given up after the third`,
      onHost(
        () => fault,
        async ({ host, forge, clock }) => {
          await rejectsAs(forge.identity(signal), "unavailable");
          assert.equal(host.asked.length, 3);
          assert.deepEqual(clock.slept, [250, 500]);
          let first = true;
          host.answer = () => {
            const reply = first ? fault : { body: { login: "mill" } };
            first = false;
            return reply;
          };
          assert.deepEqual(await forge.identity(signal), { login: "mill" });
        },
      ),
    );
  }

  test(
    "a person's signal ends a request that hangs",
    onHost(
      () => "hang",
      async ({ host, forge }) => {
        const stop = new AbortController();
        const waits = forge.identity(stop.signal);
        while (host.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
        stop.abort(new Error("enough"));
        await assert.rejects(waits, /enough/);
      },
    ),
  );
});

describe("the GitHub adapter says failures in our words", () => {
  const failures: readonly (readonly [number, Record<string, string>, unknown, string])[] = [
    [401, {}, { message: "Bad credentials" }, "denied"],
    [403, {}, { message: "Resource not accessible by integration" }, "denied"],
    [403, { "retry-after": "30" }, { message: "Wait" }, "limited"],
    [403, {}, { message: "You have exceeded a secondary rate limit." }, "limited"],
    [429, {}, {}, "limited"],
    [404, {}, { message: "Not Found" }, "absent"],
    [409, {}, { message: "Git Repository is empty." }, "conflict"],
    [422, {}, { message: "Validation Failed", errors: [{ message: "No commits" }] }, "rejected"],
    [451, {}, {}, "denied"],
    [500, {}, "<html>", "unavailable"],
  ];
  for (const [status, headers, body, code] of failures) {
    test(
      `${status} ${JSON.stringify(body)} is ${code}`,
      onHost(
        () => ({ status, headers, body }),
        async ({ forge }) => {
          await rejectsAs(forge.pulls.revise(at, { ...given, title: "Other" }, text, signal), code as "denied");
        },
      ),
    );
  }

  test(
    "without addresses, tokens and headers, in the message and in all that hangs on it",
    onHost(
      () => ({
        status: 422,
        body: { message: `See https://u:p@host/x and ${"ghp_"}abc123`, documentation_url: "https://d" },
      }),
      async ({ forge }) => {
        const error: unknown = await forge.pulls.revise(at, { ...given, title: "" }, text, signal).catch((e) => e);
        assert.ok(error instanceof ForgeError);
        assert.equal(
          error.message,
          "could not change the text of pull request #7 of acme/sdk: the forge answered 422, See  and ***",
        );
        assert.equal(error.cause, undefined);
      },
    ),
  );

  test(
    "a refusal holds everybody up until the time that it named, and status can tell",
    onHost(
      () => ({ status: 403, headers: { "retry-after": "90" }, body: { message: "secondary rate limit" } }),
      async ({ host, forge }) => {
        for (let n = 0; n < 2; n++)
          await assert.rejects(forge.identity(signal), (error) => {
            assert.ok(error instanceof ForgeError && error.code === "limited");
            assert.match(error.message, /until 2026-01-01T00:01:30Z/);
            return error.retryAfterMs === 90_000;
          });
        assert.equal(host.asked.length, 1);
        assert.deepEqual(forge.quota().throttledUntil, new Date(start + 90_000));
      },
    ),
  );

  test(
    "the quota is what the last answer said",
    onHost(
      () => ({
        headers: {
          "x-ratelimit-limit": "5000",
          "x-ratelimit-remaining": "4321",
          "x-ratelimit-reset": String(start / 1_000 + 600),
          date: new Date(start).toUTCString(),
        },
        body: { login: "mill" },
      }),
      async ({ forge }) => {
        assert.equal(forge.quota().quota, undefined);
        await forge.identity(signal);
        // A second later, since the host rounds.
        assert.deepEqual(forge.quota().quota, { limit: 5_000, remaining: 4_321, resetsAt: new Date(start + 601_000) });
      },
    ),
  );
});

const given = {
  number: 7,
  url: "",
  state: "Open",
  ...text,
  draft: false,
  baseBranch: "main",
  headSha: "",
  mergeSha: undefined,
  mergeable: undefined,
  handedOver: false,
  openedAt: new Date(start),
  mark: "",
} as const;

describe("the GitHub adapter writes once", () => {
  test(
    "a pull request whose answer got lost is found, and not opened again",
    onHost(
      ({ method }) => (method === "POST" ? "reset" : { body: [pull] }),
      async ({ host, forge }) => {
        const opened = await forge.pulls.open(at, { branch: "x", base: "main" }, text, signal);
        assert.equal(opened.number, 7);
        assert.deepEqual(
          host.asked.map(({ method }) => method),
          ["POST", "GET"],
        );
        assert.match(host.asked[1]!.path, /state=open.*head=acme%3Ax|head=acme%3Ax.*state=open/);
      },
    ),
  );

  test(
    "a pull request that was not opened is not, and the failure is told",
    onHost(
      ({ method }) => (method === "POST" ? "reset" : { body: [] }),
      async ({ forge }) => {
        await rejectsAs(forge.pulls.open(at, { branch: "x", base: "main" }, text, signal), "unavailable");
      },
    ),
  );

  test(
    "a fork's pull request from a branch of the same name is not ours",
    onHost(
      () => ({
        body: [
          { ...pull, number: 9, head: { ...pull.head, repo: { id: 2 } } },
          { ...pull, state: "closed" },
        ],
      }),
      async ({ forge }) => {
        assert.equal((await forge.pulls.find(at, "x", signal))?.number, 7);
      },
    ),
  );

  test(
    "a merge whose answer got lost is found",
    onHost(
      ({ method }) =>
        method === "PUT" ? "reset" : { body: { ...pull, merged: true, merged_at: "now", merge_commit_sha: "m" } },
      async ({ host, forge }) => {
        const how = { sha: pull.head.sha, method: "Squash" } as const;
        assert.deepEqual(await forge.pulls.merge(at, 7, how, signal), { merged: true, sha: "m" });
        assert.deepEqual(JSON.parse(host.asked[0]!.body), { sha: pull.head.sha, merge_method: "squash" });
      },
    ),
  );

  test(
    "a close that was interrupted after its comment does not comment again",
    onHost(
      ({ method, path }) =>
        method === "GET"
          ? { body: path.includes("/comments") ? [{ body: "Bye.\r\n" }] : { ...pull, comments: 1 } }
          : { body: pull },
      async ({ host, forge }) => {
        await forge.pulls.close(at, 7, "Bye.", signal);
        assert.deepEqual(
          host.asked.map(({ method }) => method),
          ["GET", "GET", "PATCH"],
        );
      },
    ),
  );

  test(
    "a text that is so already is not written",
    onHost(
      () => ({ status: 500 }),
      async ({ host, forge }) => {
        await forge.pulls.revise(at, { ...given, body: "Why.\r\n" }, { ...text, body: "Why.\n" }, signal);
        assert.equal(host.asked.length, 0);
      },
    ),
  );
});

describe("the GitHub adapter keeps the credential to itself", () => {
  test("a redirect to another host is refused, and that host asked nothing", async () => {
    const thief = await ScriptedHost.start();
    const toThief: Answering = () => ({ status: 301, headers: { location: `${thief.url}/steal` } });
    await onHost(toThief, async ({ host, forge }) => {
      await rejectsAs(forge.repository(at, signal), "rejected", /another host/);
      assert.equal(host.asked[0]!.headers.authorization, `token ${token}`);
    })();
    assert.deepEqual(thief.asked, []);
    await thief.close();
  });

  test(
    "a write that is redirected on the same host stays a write",
    onHost(
      ({ path }) =>
        path.endsWith("/repos/acme/sdk/pulls/7")
          ? { status: 307, headers: { location: "/api/v3/repositories/1/pulls/7" } }
          : { body: pull },
      async ({ host, forge }) => {
        await forge.pulls.revise(at, { ...given, title: "Other" }, text, signal);
        assert.deepEqual(
          host.asked.map(({ method, path, body }) => [method, path, body]),
          [
            ["PATCH", "/api/v3/repos/acme/sdk/pulls/7", JSON.stringify(text)],
            ["PATCH", "/api/v3/repositories/1/pulls/7", JSON.stringify(text)],
          ],
        );
      },
    ),
  );

  test("a private archive is asked for with it, and its store on another host without", async () => {
    const store = await ScriptedHost.start(() => ({ body: "bytes" }));
    const answer: Answering = ({ headers }) =>
      headers.authorization === undefined
        ? { status: 404 }
        : { status: 302, headers: { location: `${store.url}/bytes` } };
    await onHost(answer, async ({ host, forge }) => {
      // The store is not reached by https, so this redirect is refused; the token stays at home all the same.
      await rejectsAs(forge.archiveSha256(at, "a".repeat(40), signal), "rejected", /redirects an archive to http/);
      assert.deepEqual(
        host.asked.map(({ path, headers }) => [path, headers.authorization?.slice(0, 6)]),
        [
          [`/acme/sdk/archive/${"a".repeat(40)}.tar.gz`, undefined],
          [`/acme/sdk/archive/${"a".repeat(40)}.tar.gz`, "Basic "],
        ],
      );
    })();
    assert.deepEqual(store.asked, []);
    await store.close();
  });

  test(
    "an archive is summed as it streams, downloaded once for all who ask, and remembered",
    onHost(
      () => ({ body: "bytes" }),
      async ({ host, forge }) => {
        const sums = await Promise.all([1, 2, 3].map(() => forge.archiveSha256(at, "a".repeat(40), signal)));
        sums.push(await forge.archiveSha256(at, "a".repeat(40), signal));
        const expected = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";
        assert.deepEqual(sums, [expected, expected, expected, expected]);
        assert.equal(host.asked.length, 1);
        assert.equal(host.asked[0]!.headers.authorization, undefined);
      },
    ),
  );
});
