import assert from "node:assert/strict";
import { test } from "node:test";
import { diffRows } from "../../../src/embedded/forge/pages/diff-row.ts";
import { markdown } from "../../../src/embedded/forge/pages/markdown.ts";
import { answerPage } from "../../../src/embedded/forge/pages/route.ts";
import { body, fixture, hostile, patch, sha } from "./page-fixture.ts";

const get = async (address: string) => {
  const [path = "", query = ""] = address.split("?");
  return answerPage(fixture, path, new URLSearchParams(query));
};
const place = { owner: "acme", name: "sdk-go" };

const addresses = [
  ...["/", "/acme/sdk-go", "/acme/sdk-go/tree/main", "/acme/sdk-go/commits/main", "/acme/sdk-go/commit/4f2a9c1"],
  ...["/acme/sdk-go/branches", "/acme/sdk-go/tags", "/acme/sdk-go/releases", "/acme/sdk-go/blob/main/src/a.go"],
  ...["/acme/sdk-go/blob/main/b.png", "/acme/sdk-go/pulls", "/acme/sdk-go/pulls?state=merged"],
  ...["/acme/sdk-go/pull/41", "/acme/sdk-go/pull/40", "/acme/sdk-go/pull/38", "/acme/sdk-go/pull/37"],
  ...["/umbrella/evil", `/acme/sdk-go/blob/main/${encodeURIComponent(hostile)}`],
];

for (const address of addresses) {
  test(`${address.slice(0, 60)} is a page in which nobody's text is markup`, async () => {
    const answer = await get(address);

    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.body, /<script|<img|onerror=[^&]*>|href="javascript/i);
    assert.ok(!answer.body.includes("\u202e"), "a character that turns the reading direction is spelled out");
    for (const [, tag] of answer.body.matchAll(/<(\w+)[^>]*>/g)) assert.ok(tags.has(tag!.toLowerCase()), `<${tag}>`);
    assert.match(
      answer.headers["content-security-policy"] ?? "",
      /^default-src 'none'; style-src 'sha256-[\w+/]+={0,2}'/,
    );
  });
}
const tags = new Set(
  `html head meta title link style body div a svg path circle span b nav main footer h1 h2 h3 h4 h5 p header section time
   details summary table thead tbody tr td th ul ol li pre code blockquote em strong del hr br mark`.split(/\s+/),
);

test("an address that leads nowhere says so", async () => {
  for (const address of [
    "/nobody",
    "/acme/none",
    "/acme/sdk-go/pull/99",
    "/acme/sdk-go/pull/x",
    "/acme/sdk-go/blob/main/none",
    "/%zz",
  ]) {
    const answer = await get(address);
    assert.equal(answer.status, 404, address);
    assert.match(answer.body, /There is nothing here/);
  }
});

test("a branch with a slash in its name is found as it is and with the slash encoded", async () => {
  for (const ref of ["feature/x", "feature%2Fx"]) {
    const answer = await get(`/acme/sdk-go/blob/${ref}/src/a.go`);
    assert.equal(answer.status, 200);
    assert.match(answer.body, /<span class="ref">feature\/x<\/span>/);
  }
});

test("a pull request says why it can not be merged", async () => {
  const { body: waiting } = await get("/acme/sdk-go/pull/41");
  assert.match(
    waiting,
    /It can not be merged yet.*The required check test is still running\..*grace asked for changes\./s,
  );
  assert.match(waiting, /1 check of 3 still running/);
  const { body: ready } = await get("/acme/sdk-go/pull/39");
  assert.match(ready, /Ready to merge/);
  const { body: merged } = await get("/acme/sdk-go/pull/38");
  assert.match(merged, /Merged<\/b> by ada as <a[^>]*>4f2a9c1/);
});

test("a check's link is followed only where it is a web page", async () => {
  const { body: html } = await get("/acme/sdk-go/pull/41");
  assert.match(html, /href="https:\/\/ci\.test\/1"/);
  assert.doesNotMatch(html, /javascript:alert\(1\)"/);
});

test("lists are filtered by state", async () => {
  const { body: open } = await get("/acme/sdk-go/pulls");
  assert.match(open, /pull\/41"/);
  assert.doesNotMatch(open, /pull\/38"/);
  const { body: closed } = await get("/acme/sdk-go/pulls?state=closed");
  assert.match(closed, /pull\/37"/);
  assert.doesNotMatch(closed, /pull\/38"/);
});

test("markdown is what a pull request's author meant, without raw HTML", () => {
  const { text } = markdown(body, place);
  for (const part of [
    "<strong>sdk-go</strong>",
    '<a href="/acme/sdk-go/pull/3">#3</a>',
    '<a href="https://example.test/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">',
    "<th>source</th>",
    "<td><code>0123456</code></td>",
    '<span class="task">☑</span> one file',
    "[bad](javascript:alert(1))",
    "<details><summary>Commits upstream</summary>",
    `<a href="/acme/sdk-go/commit/89abcdef0123456789abcdef0123456789abcdef"><code>89abcde</code></a>`,
    "<blockquote><p>quoted &lt;img src=x onerror=alert(1)&gt;</p></blockquote>",
    "<pre><code>a: &quot;&lt;b&gt;&quot;</code></pre>",
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.doesNotMatch(text, /hidden/);
});

test("markdown of unclosed and nested marks ends, quickly", () => {
  const started = performance.now();
  for (const piece of [
    "**a ",
    "[x](",
    "`",
    "> ".repeat(50),
    "- ".repeat(50),
    "| a ",
    "<details>\n",
    "_a",
    "(#1",
    "~~~\n",
    "![",
    "<!--",
  ]) {
    markdown(piece.repeat(2000), place);
  }
  assert.ok(performance.now() - started < 4000);
});

test("a diff has the line numbers of both sides and marks what differs within a line", () => {
  const rows = diffRows(patch);
  const [deleted] = rows.filter((row) => row.kind === "deleted");
  const [added] = rows.filter((row) => row.kind === "added");
  assert.deepEqual(deleted, {
    kind: "deleted",
    old: 4,
    text: "    commit: 0123456789abcdef0123456789abcdef01234567",
    changed: { start: 12, end: 52 },
  });
  assert.equal(added?.now, 4);
  assert.deepEqual(rows.at(-1), { kind: "note", text: "No newline at end of file" });
  const unlike = diffRows("@@ -1 +1 @@\n-abcdefgh\n+12345678");
  assert.deepEqual(unlike.slice(1), [
    { kind: "deleted", old: 1, text: "abcdefgh" },
    { kind: "added", now: 1, text: "12345678" },
  ]);
});

test("the page of a commit is found by its short name", async () => {
  assert.match((await get(`/acme/sdk-go/commit/${sha.slice(0, 7)}`)).body, new RegExp(sha));
});
