import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rejectsAs } from "../contract/git.contract.ts";
import type { Asked, Reply } from "../support/scripted-host.ts";
import { onHost, pull } from "./github-host.ts";

const { signal } = new AbortController();
const at = { owner: "acme", name: "sdk" };
const me = { login: "mill", type: "User" };
const said = (id: number, more: object = {}) => ({
  ...{ id, body: `Comment ${id}`, created_at: `2026-01-01T00:${String(id % 60).padStart(2, "0")}:00Z` },
  user: { login: "pat", type: "User" },
  ...more,
});

/** Answers by `METHOD path`, the longest that fits; the account is always `mill`. */
const by =
  (answers: Readonly<Record<string, Reply | "reset" | ((asked: Asked) => Reply | "reset")>>) =>
  (asked: Asked): Reply | "reset" => {
    const path = asked.path.replace("/api/v3", "");
    if (path === "/user") return { body: me };
    const key = Object.keys(answers)
      .filter((each) => `${asked.method} ${path}`.startsWith(each))
      .sort((a, b) => b.length - a.length)[0];
    const found = key === undefined ? { status: 404, body: { message: "Not Found" } } : answers[key]!;
    return typeof found === "function" ? found(asked) : found;
  };
const comments = "GET /repos/acme/sdk/issues/7/comments";
const write = "POST /repos/acme/sdk/issues/7/comments";

describe("the GitHub adapter tells who speaks", () => {
  test(
    "an App, a bot and we ourselves are bots; who is gone is a ghost",
    onHost(
      by({
        [comments]: {
          body: [
            said(1, { user: { login: "renovate[bot]", type: "Bot" } }),
            said(2, { user: { login: "Mill", type: "User" } }),
            said(3, { user: null }),
            said(4),
          ],
        },
      }),
      async ({ forge }) => {
        const found = await forge.pulls.comments(at, 7, 0, signal);
        assert.deepEqual(
          found.map(({ author, isBot }) => [author, isBot]),
          [
            ["renovate[bot]", true],
            ["Mill", true],
            ["ghost", false],
            ["pat", false],
          ],
        );
      },
    ),
  );

  test(
    "a reader that comes back asks from the comment that it knows, and skips what was only changed since",
    onHost(by({ [comments]: { body: [said(1), said(2), said(3)] } }), async ({ host, forge }) => {
      const ids = async (after: number) => (await forge.pulls.comments(at, 7, after, signal)).map(({ id }) => id);
      assert.deepEqual(await ids(0), [1, 2, 3]);
      assert.deepEqual(await ids(2), [3]);
      assert.deepEqual(await ids(3), []);
      assert.deepEqual(await ids(1), [2, 3]);
      const since = host.asked
        .filter(({ path }) => path.includes("/comments"))
        .map(({ path }) => new URL(path, "http://host").searchParams.get("since"));
      assert.deepEqual(since, [null, null, "2026-01-01T00:02:00Z", null]);
    }),
  );

  test(
    "a custom role counts as the one that it is built on, and a stranger as nobody",
    onHost(
      by({
        "GET /repos/acme/sdk/collaborators/sec/permission": { body: { permission: "write", role_name: "security" } },
        "GET /repos/acme/sdk/collaborators/lee/permission": { body: { permission: "write", role_name: "maintain" } },
        "GET /repos/acme/sdk/collaborators/out/permission": { body: { permission: "none", role_name: "" } },
      }),
      async ({ forge }) => {
        const roles = await Promise.all(["sec", "lee", "out", "who"].map((login) => forge.role(at, login, signal)));
        assert.deepEqual(roles, ["Write", "Maintain", "None", "None"]);
      },
    ),
  );

  test(
    "nobody closed what an account closed that is gone, nor what was merged",
    onHost(
      by({
        "GET /repos/acme/sdk/issues/7": {
          body: { state: "closed", closed_by: null, closed_at: "2026-01-01T00:00:00Z" },
        },
        "GET /repos/acme/sdk/issues/8": {
          body: {
            state: "closed",
            closed_by: me,
            closed_at: "2026-01-01T00:00:00Z",
            pull_request: { merged_at: "then" },
          },
        },
        "GET /repos/acme/sdk/issues/9": {
          body: {
            state: "closed",
            closed_by: me,
            closed_at: "2026-01-01T00:00:00Z",
            pull_request: { merged_at: null },
          },
        },
      }),
      async ({ forge }) => {
        const closers = await Promise.all([6, 7, 8, 9].map((number) => forge.pulls.closedBy(at, number, signal)));
        const last = { by: "mill", at: new Date("2026-01-01T00:00:00Z") };
        assert.deepEqual(closers, [undefined, undefined, undefined, last]);
      },
    ),
  );
});

describe("the GitHub adapter comments once", () => {
  const comment = { body: "Stopped.\n", mark: "stopped/1" };
  const written = "Stopped.\n\n<!-- millrace:stopped/1 -->";

  test("what it writes ends with a mark that nobody sees", async () => {
    await onHost(by({ [comments]: { body: [] }, [write]: { status: 201, body: said(9) } }), async ({ host, forge }) => {
      assert.equal(await forge.pulls.comment(at, 7, comment, signal), true);
      assert.deepEqual(JSON.parse(host.asked.at(-1)!.body), { body: written });
    })();
  });

  test("a comment whose answer got lost is found, and not written again", async () => {
    let isThere = false;
    const answer = by({
      [comments]: () => ({ body: isThere ? [said(9, { user: me, body: written })] : [] }),
      [write]: () => {
        isThere = true;
        return "reset";
      },
    });
    await onHost(answer, async ({ host, forge }) => {
      assert.equal(await forge.pulls.comment(at, 7, comment, signal), true);
      assert.equal(await forge.pulls.comment(at, 7, comment, signal), false);
      assert.equal(host.asked.filter(({ method }) => method === "POST").length, 1);
    })();
  });

  test(
    "a comment that did not arrive is told so",
    onHost(by({ [comments]: { body: [] }, [write]: "reset" }), async ({ forge }) => {
      await rejectsAs(forge.pulls.comment(at, 7, comment, signal), "unavailable");
    }),
  );

  test("the mark is looked for on every page", async () => {
    const full = Array.from({ length: 100 }, (_, n) => said(n + 1));
    const answer = by({
      [comments]: ({ path }) =>
        path.includes("page=2") ? { body: [said(101, { user: me, body: written })] } : { body: full },
    });
    await onHost(answer, async ({ forge }) => {
      assert.equal(await forge.pulls.comment(at, 7, comment, signal), false);
    })();
  });

  test(
    "a mark that would end the hidden part is refused before anything is sent",
    onHost(by({ [comments]: { body: [] } }), async ({ host, forge }) => {
      for (const mark of ["x --> y", "a--b", "", "a b"])
        await assert.rejects(forge.pulls.comment(at, 7, { body: "b", mark }, signal), TypeError);
      assert.deepEqual(host.asked, []);
    }),
  );
});

describe("the GitHub adapter decorates what lacks it", () => {
  const labels = "POST /repos/acme/sdk/issues/7/labels";
  const reviewers = "POST /repos/acme/sdk/pulls/7/requested_reviewers";
  const bodies = (asked: readonly Asked[]) =>
    asked.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body));

  test(
    "what is there already is not written, and nothing at all asks nobody",
    onHost(
      by({
        "GET /repos/acme/sdk/pulls/7": {
          body: {
            ...pull,
            labels: [{ name: "Deps" }],
            requested_reviewers: [{ login: "Lee" }],
            requested_teams: [{ slug: "core" }],
            assignees: [me],
          },
        },
      }),
      async ({ host, forge }) => {
        const wish = { labels: ["deps"], reviewers: ["lee", "team/core"], assignees: ["mill"] };
        assert.deepEqual(await forge.pulls.decorate(at, 7, wish, signal), { unknown: [] });
        assert.equal(host.asked.length, 1);
        await forge.pulls.decorate(at, 7, { labels: [], reviewers: [], assignees: [] }, signal);
        assert.equal(host.asked.length, 1);
      },
    ),
  );

  test(
    "a label that the repository does not have is named, and not made",
    onHost(
      by({
        "GET /repos/acme/sdk/pulls/7": { body: pull },
        "GET /repos/acme/sdk/labels/deps": { body: { name: "deps" } },
        [labels]: { body: [] },
      }),
      async ({ host, forge }) => {
        const wish = { labels: ["deps", "dpes"], reviewers: [], assignees: [] };
        assert.deepEqual(await forge.pulls.decorate(at, 7, wish, signal), { unknown: ["dpes"] });
        assert.deepEqual(bodies(host.asked), [{ labels: ["deps"] }]);
      },
    ),
  );

  test("one reviewer whom GitHub does not take costs the others nothing, and the author is not asked", async () => {
    const answer = by({
      "GET /repos/acme/sdk/pulls/7": { body: pull },
      [reviewers]: ({ body }) =>
        body.includes("ghost") || body.includes("strangers")
          ? { status: 422, body: { message: "Reviews may only be requested from collaborators." } }
          : { status: 201, body: pull },
    });
    await onHost(answer, async ({ host, forge }) => {
      const wish = { labels: [], reviewers: ["mill", "lee", "ghost", "team/core", "team/strangers"], assignees: [] };
      const { unknown } = await forge.pulls.decorate(at, 7, wish, signal);
      assert.deepEqual(unknown, ["mill", "ghost", "team/strangers"]);
      assert.deepEqual(bodies(host.asked), [
        { reviewers: ["lee", "ghost"], team_reviewers: ["core", "strangers"] },
        { reviewers: ["lee"] },
        { reviewers: ["ghost"] },
        { team_reviewers: ["core"] },
        { team_reviewers: ["strangers"] },
      ]);
    })();
  });

  test("where drafts are not to be had, the pull request is none", async () => {
    const message = "Draft pull requests are not supported in this repository.";
    const answer = by({
      "POST /repos/acme/sdk/pulls": ({ body }) =>
        body.includes("draft") ? { status: 422, body: { message } } : { status: 201, body: pull },
    });
    await onHost(answer, async ({ host, forge }) => {
      const text = { title: "Change it", body: "Why.", draft: true };
      const opened = await forge.pulls.open(at, { branch: "x", base: "main" }, text, signal);
      assert.deepEqual([opened.number, opened.draft], [7, false]);
      assert.equal(host.asked.length, 2);
    })();
  });
});
