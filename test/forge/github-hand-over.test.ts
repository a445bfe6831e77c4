import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import type { Asked, Reply } from "../support/scripted-host.ts";
import { onHost, pull } from "./github-host.ts";

const { signal } = new AbortController();
const at = { owner: "acme", name: "sdk" };
const how = { sha: pull.head.sha, method: "Squash" } as const;
const state = (isMergeQueueEnabled: boolean, isInMergeQueue: boolean) => ({
  data: { node: { isMergeQueueEnabled, isInMergeQueue } },
});
const complaint = (message: string, type = "UNPROCESSABLE") => ({ data: null, errors: [{ type, message }] });

/** A host with one pull request, and what its GraphQL says to queries and to each mutation, in order. */
function host(query: object, mutations: readonly (object | "reset")[], more: () => object = () => ({})) {
  const left = [...mutations];
  return ({ method, path, body }: Asked): Reply | "reset" => {
    if (method === "GET" && path.endsWith("/pulls/7")) return { body: { ...pull, ...more() } };
    if (!path.endsWith("/api/graphql")) return { status: 404, body: { message: "Not Found" } };
    if (!body.includes("mutation")) return { body: query };
    const next = left.shift() ?? complaint("one too many");
    return next === "reset" ? "reset" : { body: next };
  };
}
const handed = { data: { enablePullRequestAutoMerge: { pullRequest: { id: "PR_7" } } } };
const graphql = (asked: readonly Asked[]) =>
  asked.filter(({ body }) => body.includes("mutation")).map(({ body }) => JSON.parse(body) as { variables: object });

describe("the GitHub adapter hands a merge over", () => {
  test(
    "to auto-merge, for exactly the commit and in the way that it is told",
    onHost(host(state(false, false), [handed]), async ({ host, forge }) => {
      assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
      const variables = { id: "PR_7", sha: how.sha, mergeMethod: "SQUASH" };
      assert.deepEqual(
        graphql(host.asked).map((each) => each.variables),
        [variables],
      );
    }),
  );

  test(
    "to the queue where there is one, and from then on asks whether it is still in it",
    onHost(host(state(true, false), [{ data: {} }]), async ({ host, forge }) => {
      assert.equal((await forge.pulls.get(at, 7, signal))?.handedOver, false);
      assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
      assert.match(host.asked.at(-1)!.body, /enqueuePullRequest/);
      assert.equal((await forge.pulls.get(at, 7, signal))?.handedOver, false);
      assert.match(host.asked.at(-1)!.body, /isInMergeQueue/);
    }),
  );

  test(
    "to auto-merge where the queue does not take it yet, since that puts it in when it may go",
    onHost(host(state(true, false), [complaint("Required checks are missing"), handed]), async ({ forge }) => {
      assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
    }),
  );

  test(
    "and asks once for each branch whether there is a queue at all, on hosts without GraphQL, too",
    onHost(
      ({ path }) => (path.endsWith("/graphql") ? { status: 404, body: { message: "Not Found" } } : { body: pull }),
      async ({ host, forge }) => {
        for (let n = 0; n < 3; n++) assert.equal((await forge.pulls.get(at, 7, signal))?.handedOver, false);
        assert.equal(host.asked.filter(({ path }) => path.endsWith("/graphql")).length, 1);
      },
    ),
  );

  for (const [about, query, more] of [
    ["auto-merge", state(false, false), { auto_merge: { merge_method: "squash" } }],
    ["the queue", state(true, true), {}],
  ] as const)
    test(
      `not again what ${about} has already`,
      onHost(
        host(query, [], () => more),
        async ({ host, forge }) => {
          assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
          assert.deepEqual(graphql(host.asked), []);
        },
      ),
    );

  test("once, although the answer got lost", async () => {
    let isArmed = false;
    const answer = host(state(false, false), ["reset"], () => {
      const now = { auto_merge: isArmed ? {} : null };
      isArmed = true;
      return now;
    });
    await onHost(answer, async ({ forge }) => {
      assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
    })();
  });

  test(
    "and tells it when the order got lost",
    onHost(host(state(false, false), ["reset"]), async ({ forge }) => {
      await rejectsAs(forge.pulls.handOver(at, 7, how, signal), "unavailable");
    }),
  );
});

describe("the GitHub adapter keeps a merge that GitHub does not take", () => {
  for (const [message, shown, type] of [
    ["Pull request Pull request is in clean status", "Pull request is in clean status", undefined],
    ['["Pull request Pull request is in unstable status"]', "Pull request is in unstable status", undefined],
    [
      "Pull request Auto merge is not allowed for this repository",
      "Auto merge is not allowed for this repository",
      undefined,
    ],
    ["Resource not accessible by integration", "Resource not accessible by integration", "FORBIDDEN"],
  ] as const)
    test(
      `"${message}" is told as "${shown}"`,
      onHost(host(state(false, false), [complaint(message, type)]), async ({ forge }) => {
        assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: false, message: shown });
      }),
    );

  test(
    "another head, and what is closed or merged, is not handed over at all",
    onHost(host(state(false, false), []), async ({ host: scripted, forge }) => {
      const other = await forge.pulls.handOver(at, 7, { ...how, sha: "b".repeat(40) }, signal);
      assert.ok(!other.handed && other.message.includes(how.sha), JSON.stringify(other));
      for (const [more, word] of [
        [{ state: "closed" }, /closed/],
        [{ state: "closed", merged: true }, /merged/],
      ] as const) {
        scripted.answer = host(state(false, false), [], () => more);
        const over = await forge.pulls.handOver(at, 7, how, signal);
        assert.ok(!over.handed);
        assert.match(over.message, word);
      }
      assert.deepEqual(graphql(scripted.asked), []);
    }),
  );

  test(
    "a host that knows of no queues has none",
    onHost(
      host(complaint("Field 'isMergeQueueEnabled' doesn't exist on type 'PullRequest'", "undefinedField"), [handed]),
      async ({ forge }) => {
        assert.deepEqual(await forge.pulls.handOver(at, 7, how, signal), { handed: true });
      },
    ),
  );

  test(
    "a limit on GraphQL is a limit, with the time to come back",
    onHost(
      ({ path }) =>
        path.endsWith("/graphql")
          ? {
              headers: {
                date: "Thu, 01 Jan 2026 00:00:00 GMT",
                "x-ratelimit-resource": "graphql",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": String(Date.parse("2026-01-01T00:10:00Z") / 1_000),
              },
              body: complaint("API rate limit exceeded", "RATE_LIMITED"),
            }
          : { body: pull },
      async ({ forge }) => {
        await assert.rejects(forge.pulls.handOver(at, 7, how, signal), (error) => {
          assert.ok(error instanceof ForgeError && error.code === "limited", String(error));
          return error.retryAfterMs === 600_000;
        });
      },
    ),
  );

  for (const message of [
    "Repository rule violations found\n\nChanges must be made through the merge queue\n\n",
    "Changes must be made through the merge queue.",
  ])
    test(
      `a merge that GitHub answers with ${JSON.stringify(message)} belongs to a queue`,
      onHost(
        ({ method }) => (method === "PUT" ? { status: 405, body: { message } } : { body: pull }),
        async ({ forge }) => {
          const result = await forge.pulls.merge(at, 7, how, signal);
          assert.ok(!result.merged && result.because === "QueueRequired", JSON.stringify(result));
        },
      ),
    );
});

describe("the GitHub adapter knows whose checks start", () => {
  const viewer =
    (login: string) =>
    ({ path }: Asked): Reply =>
      path.endsWith("/graphql") ? { body: { data: { viewer: { login } } } } : { status: 403, body: { message: "No" } };

  for (const [token, login, starts] of [
    ["ghs_abc", "github-actions[bot]", false],
    ["ghs_abc", "mill[bot]", true],
  ] as const)
    test(
      `${login} with an installation's token: ${starts}, once it is known who it is`,
      onHost(
        viewer(login),
        async ({ forge }) => {
          assert.equal(forge.capabilities.startsChecks, undefined);
          assert.deepEqual(await forge.identity(signal), { login });
          assert.equal(forge.capabilities.startsChecks, starts);
        },
        token,
      ),
    );

  for (const [token, starts] of [
    ["ghp_abc", true],
    ["github_pat_abc", true],
    ["0123456789abcdef", undefined],
  ] as const)
    test(
      `a token that begins with ${token.slice(0, 6)}: ${starts}`,
      onHost(
        () => ({ body: { login: "mill" } }),
        async ({ forge }) => {
          await forge.identity(signal);
          assert.equal(forge.capabilities.startsChecks, starts);
        },
        token,
      ),
    );
});
