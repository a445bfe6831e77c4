import assert from "node:assert/strict";
import { test } from "node:test";
import { ForgeError, type ForgeErrorCode } from "../../src/reconcilers/errors.ts";
import type { Forge } from "../../src/reconcilers/forge-port.ts";
import type { Clock } from "../../src/reconcilers/ports.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { forgeOver } from "../support/github.ts";
import { type Answering, ScriptedHost } from "../support/scripted-host.ts";

const { signal } = new AbortController();
const at = { owner: "acme", name: "sdk" };
const text = { title: "Change it", body: "Why." };
const token = "s3cret-t0ken";
const repo = "/api/v1/repos/acme/sdk";

/** Stands still, except that who sleeps moves it on. */
function jumpingClock(): Clock {
  let now = Date.parse("2026-01-01T00:01:00Z");
  return {
    now: () => new Date(now),
    sleep: async (ms, stop) => {
      stop?.throwIfAborted();
      now += ms;
    },
  };
}

/** What it rejects with. */
async function failure(promise: Promise<unknown>, code: ForgeErrorCode): Promise<ForgeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ForgeError, `${error}`);
  assert.equal(error.code, code, error.message);
  return error;
}

interface World {
  readonly host: ScriptedHost;
  readonly forge: Forge;
  /** Requests so far, without those of the beginning that were told already. */
  requests(): string[];
}

function onHost(answer: Answering, work: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const host = await ScriptedHost.start(answer);
    const { forge, close } = await forgeOver({
      type: "Gitea",
      url: `${host.url}/api/v1`,
      token,
      clock: jumpingClock(),
    });
    try {
      const requests = () => host.asked.splice(0).map(({ method, path }) => `${method} ${path.replace(repo, "")}`);
      await work({ host, forge, requests });
    } finally {
      await close();
      await host.close();
    }
  };
}

const side = (label: string, sha: string) => ({ label, ref: label, sha, repo_id: 1 });
const pull = (number: number, branch: string, change: object = {}) => ({
  ...{ number, html_url: `https://host/acme/sdk/pulls/${number}`, state: "open", ...text, draft: false },
  ...{ merged: false, merge_commit_sha: null, mergeable: true, comments: 0 },
  ...{ head: side(branch, "a".repeat(40)), base: side("main", "b".repeat(40)) },
  ...{ created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", closed_at: null },
  ...{ user: { id: 1, login: "millrace-bot" }, assignees: null, labels: [], ...change },
});
/** Newest first, with the count of all in a header, as Gitea lists. */
const page = (path: string, pulls: readonly object[]) => {
  const query = new URL(path, "http://host").searchParams;
  const [limit, number] = [Number(query.get("limit")), Number(query.get("page"))];
  const body = pulls.slice((number - 1) * limit, number * limit);
  return { headers: { "x-total-count": String(pulls.length) }, body };
};

const many = Array.from({ length: 120 }, (_, index) => pull(120 - index, `branch-${120 - index}`));
let commented = false;
let updated = "";
let timeline: readonly object[] = [];
let listed: readonly object[] = many;

test(
  "what there is from a branch is read whole once, and then costs one short page",
  onHost(
    ({ path }) =>
      path.includes("/pulls?")
        ? page(path, listed)
        : path.includes("/timeline")
          ? { body: [] }
          : { body: many.find((each) => path.endsWith(`/pulls/${each.number}`)) },
    async ({ forge, requests }) => {
      const find = async (branch: string) => (await forge.pulls.find(at, branch, signal))?.number;
      listed = many;
      assert.equal(await find("branch-3"), 3);
      const whole = [1, 2, 3].map((number) => `GET /pulls?state=all&limit=50&page=${number}`);
      assert.deepEqual(requests(), [...whole, "GET /issues/3/timeline?limit=50&page=1"]);

      const short = "GET /pulls?state=all&limit=10&page=1";
      assert.equal(await find("branch-3"), 3);
      assert.deepEqual(requests(), [short, "GET /pulls/3"], "an old one is read by its number");
      assert.equal(await find("branch-none"), undefined);
      assert.deepEqual(requests(), [short]);

      listed = [
        pull(121, "branch-3", { state: "closed", head: { ...side("branch-3", "c"), ref: "refs/pull/121/head" } }),
        ...many,
      ];
      assert.equal(await find("branch-3"), 121);
      assert.deepEqual(requests(), [short], "a new one is seen on the page itself");
    },
  ),
);

test(
  "a pull request that is removed, or whose branch has another name now, is looked for anew",
  onHost(
    ({ path }) => {
      if (path.includes("/timeline")) return { body: [] };
      if (path.includes("/pulls?")) return page(path, listed);
      return path.endsWith("/pulls/12") ? { status: 404, body: {} } : { body: pull(1, "other") };
    },
    async ({ forge }) => {
      listed = [pull(12, "gone"), ...Array.from({ length: 11 }, (_, index) => pull(11 - index, "same"))];
      assert.equal((await forge.pulls.find(at, "gone", signal))?.number, 12);
      listed = [...listed.slice(1)];
      assert.equal(await forge.pulls.find(at, "gone", signal), undefined);
    },
  ),
);

test(
  "a pull request that is read again costs one request while nothing happens to it",
  onHost(
    ({ path }) => ({ body: path.includes("/timeline") ? [] : pull(7, "change") }),
    async ({ forge, requests }) => {
      const first = await forge.pulls.get(at, 7, signal);
      requests();
      assert.deepEqual(await forge.pulls.get(at, 7, signal), first);
      assert.deepEqual(requests(), ["GET /pulls/7"]);
    },
  ),
);

test(
  "what happened to a pull request is read on from where it was read to",
  onHost(
    ({ path }) => {
      if (!path.includes("/timeline")) return { body: pull(7, "change", { updated_at: updated }) };
      const event = { id: 3, type: "pull_scheduled_merge", user: null, created_at: updated };
      return {
        body:
          path.includes("since") && path.includes("page=1") ? timeline : [event].slice(path.includes("page=2") ? 1 : 0),
      };
    },
    async ({ forge, requests }) => {
      const handedOver = async () => (await forge.pulls.get(at, 7, signal))?.handedOver;
      updated = "2026-01-01T00:00:00Z";
      assert.equal(await handedOver(), true);
      requests();
      updated = "2026-01-01T00:00:30Z";
      timeline = [{ id: 4, type: "comment", user: null, created_at: updated }];
      assert.equal(await handedOver(), true, "nothing was said of it since");
      const since = encodeURIComponent("2025-12-31T23:59:59.000Z");
      assert.equal(requests()[1], `GET /issues/7/timeline?since=${since}&limit=50&page=1`);
      updated = "2026-01-01T00:00:40Z";
      timeline = [{ id: 5, type: "pull_cancel_scheduled_merge", user: null, created_at: updated }];
      assert.equal(await handedOver(), false);
    },
  ),
);

test(
  "comments are read on from the last one that was known",
  onHost(
    ({ path }) =>
      path === "/api/v1/user"
        ? { body: { id: 1, login: "millrace-bot" } }
        : { body: [2, 1, 3].map((id) => ({ id, body: `${id}`, user: null, created_at: `2026-01-01T00:00:0${id}Z` })) },
    async ({ forge, requests }) => {
      const read = async (after: number) => (await forge.pulls.comments(at, 7, after, signal)).map(({ id }) => id);
      assert.deepEqual(await read(0), [1, 2, 3]);
      assert.deepEqual(await read(2), [3]);
      requests();
      assert.deepEqual(await read(3), []);
      assert.deepEqual(await read(1), [2, 3]);
      const since = encodeURIComponent("2026-01-01T00:00:02Z");
      assert.deepEqual(requests(), [`GET /issues/7/comments?since=${since}`, "GET /issues/7/comments"]);
    },
  ),
);

test(
  "an address that is not the API's is told so, with the remedy",
  onHost(
    () => ({ status: 404, body: "<html>" }),
    async ({ forge }) => {
      assert.match((await failure(forge.identity(signal), "rejected")).message, /such as https:.*\/api\/v1/);
    },
  ),
);

test(
  "a pull request that was opened while the answer got lost is found",
  onHost(
    ({ method, path }) => {
      if (method === "POST") return "reset";
      return path.includes("/timeline") ? { body: [] } : page(path, [pull(9, "other"), pull(8, "change")]);
    },
    async ({ forge, host }) => {
      const from = { branch: "change", base: "main" };
      assert.equal((await forge.pulls.open(at, from, text, signal)).number, 8);
      assert.equal(host.asked.filter(({ method }) => method === "POST").length, 1);
      await rejectsAs(forge.pulls.open(at, { ...from, branch: "lost" }, text, signal), "unavailable");
    },
  ),
);

test(
  "a comment that was written while the answer got lost is not written twice",
  onHost(
    ({ method, path }) => {
      if (method === "POST") return "reset";
      if (path === "/api/v1/user") return { body: { id: 1, login: "millrace-bot" } };
      const body = "Stopped.\n\n<!-- millrace:stopped/1 -->";
      return { body: commented ? [{ id: 1, body, user: { id: 1, login: "millrace-bot" }, created_at: "" }] : [] };
    },
    async ({ forge, host }) => {
      commented = false;
      const comment = () => forge.pulls.comment(at, 7, { body: "Stopped.", mark: "stopped/1" }, signal);
      await rejectsAs(comment(), "unavailable");
      commented = true;
      assert.equal(await comment(), false);
      assert.equal(host.asked.filter(({ method }) => method === "POST").length, 1);
      await assert.rejects(forge.pulls.comment(at, 7, { body: "", mark: "--> out" }, signal), TypeError);
    },
  ),
);

test(
  "what stands before Gitea is obeyed when it asks to wait, by 429 or by 503",
  onHost(
    ({ path }) => ({ status: path.endsWith("/one") ? 429 : 503, headers: { "retry-after": "120" }, body: "slow down" }),
    async ({ forge, host }) => {
      const error = await failure(forge.repository({ owner: "acme", name: "one" }, signal), "limited");
      assert.ok(error.retryAfterMs! >= 120_000, `${error.retryAfterMs}`);
      assert.ok(forge.quota().throttledUntil);
      await rejectsAs(forge.repository({ owner: "acme", name: "two" }, signal), "limited");
      assert.equal(host.asked.length, 1, "nothing is sent meanwhile");
    },
  ),
);

test(
  "a 503 with a time to come back is a refusal for now",
  onHost(
    () => ({ status: 503, headers: { "retry-after": "60" }, body: "" }),
    async ({ forge }) => {
      assert.ok((await failure(forge.identity(signal), "limited")).retryAfterMs! >= 60_000);
    },
  ),
);

test(
  "a token is sent and never told",
  onHost(
    ({ path }) => (path === "/api/v1/user" ? { status: 401, body: { message: "bad token" } } : { body: "<html>" }),
    async ({ forge, host }) => {
      const error = await failure(forge.identity(signal), "denied");
      assert.match(error.message, /check the credential.*401, bad token/);
      assert.equal(host.asked[0]?.headers.authorization, `token ${token}`);
      const other = await failure(forge.repository(at, signal), "unavailable");
      assert.match(other.message, /not Gitea's API/);
      for (const { message } of [error, other]) assert.ok(!message.includes(token));
      const { password } = (await forge.remote(at).credential(signal))!;
      assert.equal(password, token);
    },
  ),
);

test(
  "an administrator's word on a role counts; without it those who may be assigned work may write",
  onHost(
    ({ path }) => {
      if (path.endsWith("/owner/permission")) return { body: { permission: "owner" } };
      if (path.endsWith("/none/permission")) return { body: { permission: "none" } };
      if (path.endsWith("/permission")) return { status: 403, body: { message: "Only admins" } };
      return path.endsWith("/assignees") ? { body: [{ id: 3, login: "Ada" }] } : { status: 404 };
    },
    async ({ forge }) => {
      const roles = ["owner", "none", "ada", "eve"].map((login) => forge.role(at, login, signal));
      assert.deepEqual(await Promise.all(roles), ["Admin", "None", "Write", "None"]);
    },
  ),
);

test(
  "an App of GitHub's is no credential here",
  onHost(
    () => ({}),
    async () => {
      const { createGitea } = await import("../../src/forge/gitea/gitea.ts");
      const identity = { is: "App", appId: 1, installationId: 1, privateKey: "" } as const;
      assert.throws(() => createGitea({ url: "http://host/api/v1", identity } as never), /tokenSecretRef/);
    },
  ),
);

/** A host on which a merge is refused so many times, and on which it is known from then on that it can be merged. */
const reluctant = (
  refusals: number,
  mergeable: (asked: number) => boolean,
  words = "Please try again later",
): Answering => {
  let tries = 0;
  let looks = 0;
  return ({ method, path }) => {
    if (method === "POST") return ++tries <= refusals ? { status: 405, body: { message: words } } : { body: "" };
    if (path.includes("/timeline")) return { body: [] };
    const isMerged = tries > refusals;
    const change = { merged: isMerged, merge_commit_sha: "c".repeat(40), state: isMerged ? "closed" : "open" };
    return { body: pull(7, "change", { ...change, mergeable: mergeable(++looks) }) };
  };
};
const how = { sha: "a".repeat(40), method: "Squash" } as const;
const posts = ({ asked }: ScriptedHost) => asked.filter(({ method }) => method === "POST").length;

test(
  "a merge waits until it is known whether it can be merged, also when that becomes known in between",
  onHost(
    reluctant(3, (looks) => looks >= 3),
    async ({ forge, host }) => {
      assert.deepEqual(await forge.pulls.merge(at, 7, how, signal), { merged: true, sha: "c".repeat(40) });
      assert.equal(posts(host), 4);
    },
  ),
);

test(
  "what is refused although it can be merged is not asked for again and again",
  onHost(
    reluctant(99, () => true, "Not all required status checks successful"),
    async ({ forge, host }) => {
      const message = "Not all required status checks successful";
      const refused = { merged: false, because: "NotMergeable", message };
      assert.deepEqual(await forge.pulls.merge(at, 7, how, signal), refused);
      assert.equal(posts(host), 2);
    },
  ),
);

test(
  "what stays unmergeable is given up after a while",
  onHost(
    reluctant(99, () => false),
    async ({ forge, host }) => {
      const result = await forge.pulls.merge(at, 7, how, signal);
      assert.ok(!result.merged && result.because === "NotMergeable");
      assert.equal(posts(host), 6);
    },
  ),
);
