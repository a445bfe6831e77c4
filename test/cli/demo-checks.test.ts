import assert from "node:assert/strict";
import { test } from "node:test";
import { released } from "../../src/cli/demo/fleet.ts";
import type { ForgeApi } from "../../src/cli/demo/forge-api.ts";
import { pinsAt } from "../../src/cli/demo/pins.ts";
import { verifyReleases } from "../../src/cli/demo/verify-releases.ts";

/** What a forge answers, by path. */
type Answers = Record<string, unknown>;

const forgeOf = (answers: Answers): ForgeApi => ({
  get: async <T>(path: string) => answers[path] as T | undefined,
  send: () => Promise.reject(new Error("nothing is written")),
});
const file = (text: string) => ({ content: Buffer.from(text).toString("base64") });

/** A fleet that was released as it should be: sdk-go 0.22.0 at second 10, billing on it from second 20 on. */
function goodEnd(): Answers {
  const answers: Answers = {};
  const versions: Readonly<Record<string, string>> = { "sdk-go": "0.22.0", billing: "1.0.1", platform: "1.0.1" };
  for (const name of released) {
    const tag = `v${versions[name] ?? "0.21.1"}`;
    const second = name === "billing" ? 20 : name === "platform" ? 30 : 10;
    const at = `/repos/acme/${name}`;
    answers[`${at}/releases`] = [{ tag_name: tag, published_at: `2026-01-01T00:00:${second}Z` }];
    answers[`${at}/git/ref/tags/${tag}`] = { object: { sha: `${name}-merge` } };
    answers[`${at}/pulls?state=all&sort=created&direction=asc`] = [
      {
        number: 1,
        created_at: `2026-01-01T00:00:${second}Z`,
        merged_at: "2026-01-01T00:00:59Z",
        merge_commit_sha: `${name}-merge`,
      },
    ];
    answers[`${at}/contents/CHANGELOG.md?ref=${tag}`] = file(`## ${tag.slice(1)} (2026-01-01)\n`);
  }
  answers["/repos/acme/billing/contents/go.mod?ref=v1.0.1"] = file("require example.com/acme/sdk-go v0.22.0\n");
  answers["/repos/acme/platform/contents/package.json?ref=v1.0.1"] = file('{"@acme/sdk-node": "^0.21.1"}');
  answers["/repos/acme/platform/contents/requirements.txt?ref=v1.0.1"] = file("acme-sdk-python==0.21.1\n");
  return answers;
}

test("what was released as it should be has no problems", async () => {
  assert.deepEqual(await verifyReleases(forgeOf(goodEnd())), []);
});

const go = "/repos/acme/sdk-go";
for (const [name, spoil, problem] of [
  ["nothing released", { [`${go}/releases`]: [] }, /^sdk-go has 0 releases, not one$/],
  [
    "a tag elsewhere",
    { [`${go}/git/ref/tags/v0.22.0`]: { object: { sha: "other" } } },
    /is at other, which is the merge/,
  ],
  [
    "no word in the changelog",
    { [`${go}/contents/CHANGELOG.md?ref=v0.22.0`]: file("# 0.21.0") },
    /does not tell of 0.22.0/,
  ],
  [
    "an old pin",
    { "/repos/acme/billing/contents/go.mod?ref=v1.0.1": file("example.com/acme/sdk-go v0.21.0") },
    /^billing 1\.0\.1 is on sdk-go 0\.21\.0, not 0\.22\.0$/,
  ],
  [
    "a release before what it needs",
    { [`${go}/releases`]: [{ tag_name: "v0.22.0", published_at: "2026-01-01T00:00:25Z" }] },
    /^billing was begun before sdk-go 0\.22\.0 was there$/,
  ],
] as const)
  test(`${name} is told`, async () => {
    const problems = await verifyReleases(forgeOf({ ...goodEnd(), ...spoil }));
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.match(problems[0]!, problem);
  });

test("what manifests require is read from each of them", async () => {
  const at = "/repos/acme/x/contents";
  const pins = await pinsAt(
    forgeOf({
      [`${at}/go.mod?ref=main`]: file("module m\n\nrequire example.com/acme/sdk-go v0.22.0-beta.1\n"),
      [`${at}/package.json?ref=main`]: file('{"dependencies": {"@acme/sdk-node": "^0.22.0", "left-pad": "^1.0.0"}}'),
      [`${at}/requirements.txt?ref=main`]: file("requests==2.0.0\nacme-sdk-python==0.22.0\n"),
    }),
    "/repos/acme/x",
    "main",
  );
  assert.deepEqual(pins, [
    { name: "sdk-go", version: "0.22.0-beta.1" },
    { name: "sdk-node", version: "0.22.0" },
    { name: "sdk-python", version: "0.22.0" },
  ]);
});
