import assert from "node:assert/strict";
import { test } from "node:test";
import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { Asked, Reply } from "../support/scripted-host.ts";
import { onHost } from "./github-host.ts";

const at = { owner: "acme", name: "sdk" };
const { signal } = new AbortController();
const home = "/api/v3/repos/acme/sdk";
const wanted = { tag: "v2.0.0", title: "Two", body: "Notes.", isDraft: false, isPreRelease: false };
const missing: Reply = { status: 404, body: { message: "Not Found" } };

interface Told {
  readonly id?: number;
  readonly draft?: boolean;
  readonly tag_name?: string;
  readonly assets?: readonly object[];
}

const release = ({ id = 1, draft = false, tag_name = "v2.0.0", assets = [] }: Told = {}) => ({
  ...{ id, draft, tag_name, assets, name: `#${id}`, body: null, prerelease: false },
  html_url: `https://host/acme/sdk/releases/${id}`,
  upload_url: `https://elsewhere/api/uploads/repos/acme/sdk/releases/${id}/assets{?name,label}`,
});

/** Answers by method and path; 404 for everything else. */
const by =
  (answers: Readonly<Record<string, (asked: Asked) => Reply | "reset">>) =>
  (asked: Asked): Reply | "reset" => {
    const path = asked.path.replace(/\?.*$/, "");
    return answers[`${asked.method} ${path}`]?.(asked) ?? missing;
  };
const tagged = { [`GET ${home}/git/ref/tags%2Fv2.0.0`]: () => ({ body: { ref: "refs/tags/v2.0.0" } }) };

test(
  "of several drafts for a tag it is the oldest, on whatever page; drafts of other tags are none",
  onHost(
    by({
      [`GET ${home}/releases`]: ({ path }) => {
        const page = Number(new URL(path, "http://host").searchParams.get("page"));
        const others = Array.from({ length: page < 3 ? 99 : 5 }, (_, n) =>
          release({ id: n + 100, tag_name: `v1.${n}` }),
        );
        const own = release({ id: page === 2 ? 7 : 9, draft: page !== 3 });
        return { body: [...others, own] };
      },
    }),
    async ({ forge, host }) => {
      const found = await forge.releases.find(at, "v2.0.0", signal);
      assert.deepEqual([found?.title, found?.isDraft], ["#7", true]);
      assert.equal(host.asked.length, 4);
    },
  ),
);

for (const [isLatest, isDraft, isPreRelease, said] of [
  [undefined, false, false, "legacy"],
  [true, false, false, "true"],
  [false, false, false, "false"],
  [undefined, true, false, undefined],
  [true, false, true, undefined],
] as const) {
  test(
    `a ${isDraft ? "draft" : isPreRelease ? "pre-release" : "release"} said to be ${isLatest ? "" : "not "}the newest: ${said}`,
    onHost(
      by({
        ...tagged,
        [`GET ${home}/releases`]: () => ({ body: [] }),
        [`POST ${home}/releases`]: () => ({ status: 201, body: release() }),
      }),
      async ({ forge, host }) => {
        const more = { isDraft, isPreRelease, ...(isLatest !== undefined && { isLatest }) };
        await forge.releases.publish(at, { ...wanted, ...more }, signal);
        const sent = JSON.parse(host.asked.at(-1)!.body) as Record<string, unknown>;
        assert.equal(sent["make_latest"], said);
        assert.deepEqual(
          [sent["draft"], sent["prerelease"], sent["target_commitish"]],
          [isDraft, isPreRelease, undefined],
        );
      },
    ),
  );
}

test("what somebody publishes in between is taken over; any other refusal is thrown with the forge's words", async () => {
  for (const isThere of [true, false]) {
    let refused = false;
    await onHost(
      by({
        ...tagged,
        [`GET ${home}/releases`]: () => ({ body: [] }),
        [`GET ${home}/releases/tags/v2.0.0`]: () => (refused && isThere ? { body: release({ id: 5 }) } : missing),
        [`POST ${home}/releases`]: () => {
          refused = true;
          return { status: 422, body: { message: "Validation Failed", errors: [{ message: "body is too long" }] } };
        },
      }),
      async ({ forge }) => {
        const publishing = forge.releases.publish(at, wanted, signal);
        if (isThere) assert.equal((await publishing).title, "#5");
        else
          await assert.rejects(publishing, (error) => {
            assert.ok(error instanceof ForgeError && error.code === "rejected");
            assert.match(error.message, /publish v2\.0\.0 of acme\/sdk: .*422.*body is too long/);
            return true;
          });
      },
    )();
  }
});

test("a file goes to the forge's own address for files and to no other, with the credential, as bytes", async () => {
  const content = Buffer.from([1, 2, 3, 0, 255]);
  await onHost(
    by({
      [`GET ${home}/releases/tags/v2.0.0`]: () => ({ body: release() }),
      "POST /api/uploads/repos/acme/sdk/releases/1/assets": () => ({ status: 201, body: { id: 3 } }),
    }),
    async ({ forge, host }) => {
      await forge.releases.attach(at, { tag: "v2.0.0", name: "a+b.bin", content }, signal);
      const { method, path, headers, body } = host.asked.at(-1)!;
      assert.deepEqual(
        [method, path.replace(/&$/, "")],
        ["POST", "/api/uploads/repos/acme/sdk/releases/1/assets?name=a%2Bb.bin"],
      );
      assert.match(headers.authorization ?? "", /s3cret/);
      assert.deepEqual([headers["content-type"], headers["content-length"]], ["application/octet-stream", "5"]);
      assert.equal(body, content.toString());
    },
  )();
});

test("what an upload left that broke off is not shown, and put away before the next", async () => {
  const half = { id: 8, name: "a.bin", size: 2, state: "starter" };
  const whole = { id: 9, name: "a.bin", size: 2, state: "uploaded" };
  let assets: readonly object[] = [half];
  await onHost(
    by({
      [`GET ${home}/releases/tags/v2.0.0`]: () => ({ body: release({ assets }) }),
      [`DELETE ${home}/releases/assets/8`]: () => ({ status: 204 }),
      "POST /api/uploads/repos/acme/sdk/releases/1/assets": () => {
        assets = [whole];
        return "reset";
      },
    }),
    async ({ forge, host }) => {
      assert.deepEqual((await forge.releases.find(at, "v2.0.0", signal))?.assets, []);
      await forge.releases.attach(at, { tag: "v2.0.0", name: "a.bin", content: new Uint8Array(2) }, signal);
      const writes = host.asked.filter(({ method }) => method !== "GET").map(({ method }) => method);
      assert.deepEqual(writes, ["DELETE", "POST"], "its answer got lost, and it is there");
    },
  )();
});

const review = (login: string | null, state: string, commit_id: string | null = "a".repeat(40)) => ({
  ...{ user: login === null ? null : { login }, state, commit_id },
});

test(
  "reads reviews to the end; whose account or commit is gone has said nothing",
  onHost(
    by({
      [`GET ${home}/pulls/7/reviews`]: ({ path }) => {
        const isFirst = new URL(path, "http://host").searchParams.get("page") === "1";
        const first = [review("ada", "APPROVED"), ...Array.from({ length: 99 }, () => review("bob", "COMMENTED"))];
        const rest = [review("bob", "APPROVED"), review(null, "APPROVED"), review("eve", "APPROVED", null)];
        return { body: isFirst ? first : [...rest, review("bob", "PENDING"), review("ada", "CHANGES_REQUESTED")] };
      },
    }),
    async ({ forge }) => {
      assert.deepEqual(await forge.pulls.approvals(at, 7, signal), [{ by: "bob", sha: "a".repeat(40) }]);
    },
  ),
);
