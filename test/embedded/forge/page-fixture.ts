import type {
  CommitLine,
  FileChange,
  PageSource,
  PullView,
  RepositoryCard,
  RepositorySource,
} from "../../../src/embedded/forge/pages/source.ts";

/** A name that tries everything: markup, quotes, an entity, and a character that turns the reading direction. */
export const hostile = `"><script>alert('x')</script>&amp;\u202egnp.exe`;

export const now = new Date("2026-05-04T12:00:00Z");
const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();
export const sha = "4f2a9c1d6e8b7a5c3d2e1f0a9b8c7d6e5f4a3b2c";

const card = (name: string, more: Partial<RepositoryCard> = {}): RepositoryCard => ({
  ...{ owner: "acme", name, description: null, private: false, archived: false, defaultBranch: "main" },
  ...{ cloneUrl: `http://forge.test/acme/${name}.git`, pushedAt: minutesAgo(7), openPulls: 0, latestRelease: null },
  ...more,
});

const cards: readonly RepositoryCard[] = [
  card("apis", { description: "The API definitions that every SDK is generated from", latestRelease: "v1.9.0" }),
  card("sdk-go", { description: "Go client libraries", openPulls: 2, latestRelease: "v2.4.1" }),
  card("sdk-python", { description: "Python client libraries", openPulls: 1, pushedAt: minutesAgo(190) }),
  card("platform", {
    owner: "umbrella",
    description: "The distribution",
    private: true,
    pushedAt: minutesAgo(60 * 50),
  }),
  card("evil", { owner: "umbrella", description: hostile, archived: true }),
];

const commit = (message: string, minutes: number, more: Partial<CommitLine> = {}): CommitLine => ({
  ...{ sha, message, author: "millrace-bot", date: minutesAgo(minutes), parents: [sha.replace("4f2", "111")] },
  ...more,
});

export const patch = `@@ -1,9 +1,9 @@ sources:
 # The one source of truth.
 sources:
   apis:
-    commit: 0123456789abcdef0123456789abcdef01234567
-    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
+    commit: 89abcdef0123456789abcdef0123456789abcdef
+    sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
     dir: google
 libraries:
-  - name: <b>${hostile}</b>
   - name: storage
+  - name: a new one, with nothing like it above
\\ No newline at end of file`;

const files: readonly FileChange[] = [
  { path: "librarian.yaml", previousPath: undefined, status: "modified", additions: 3, deletions: 3, patch },
  {
    path: `${hostile}.txt`,
    previousPath: undefined,
    status: "added",
    additions: 1,
    deletions: 0,
    patch: "@@ -0,0 +1 @@\n+hi",
  },
  { path: "b.png", previousPath: undefined, status: "added", additions: 0, deletions: 0, patch: undefined },
  { path: "new.go", previousPath: "old.go", status: "renamed", additions: 0, deletions: 0, patch: undefined },
];

export const body = `The source \`apis\` moved, and **sdk-go** follows it. See #3 and https://example.test/a?b=1&c=2.

| source | from | to |
| --- | --- | --- |
| apis | \`0123456\` | \`89abcde\` |

- [x] one file, two values
- [ ] a person looks
  - nested [link](https://example.test), [bad](javascript:alert(1))

<details><summary>Commits upstream</summary>

* 89abcdef0123456789abcdef0123456789abcdef Add a field
</details>

> quoted <img src=x onerror=alert(1)>

\`\`\`yaml
a: "<b>"
\`\`\`
<!-- millrace: hidden -->`;

const pull = (number: number, more: Partial<PullView> = {}): PullView => ({
  ...{
    number,
    title: `Sync sources to 89abcde (${number})`,
    state: "open",
    author: "millrace-bot",
    head: "millrace/sync-sources",
  },
  ...{ base: "main", createdAt: minutesAgo(3), closedAt: null, mergedAt: null, comments: 2, checks: "pending", body },
  ...{
    headSha: sha,
    mergedBy: null,
    mergeSha: null,
    reviewers: ["ada"],
    assignees: [],
    commits: [commit("Sync sources", 3)],
    files,
  },
  labels: [
    { name: "millrace", color: "0e7490" },
    { name: "autorelease: pending", color: "fbca04" },
  ],
  checkList: [
    { name: "build", state: "success", summary: "Successful in 41s", url: "https://ci.test/1", required: true },
    { name: "test", state: "pending", summary: "In progress", url: "javascript:alert(1)", required: true },
    { name: "lint", state: "neutral", summary: "Skipped", url: null, required: false },
  ],
  timeline: [
    { kind: "comment", by: "ada", at: minutesAgo(2), body: "Looks **good** so far." },
    {
      kind: "review",
      by: "grace",
      at: minutesAgo(1),
      verdict: "changes requested",
      body: "One question",
      notes: [{ path: "librarian.yaml", line: 4, body: "Why?" }],
    },
    { kind: "review", by: "ada", at: minutesAgo(1), verdict: "approved", body: "", notes: [] },
  ],
  merge: { can: false, obstacles: ["The required check test is still running.", "grace asked for changes."] },
  ...more,
});

const pulls: readonly PullView[] = [
  pull(41),
  pull(40, {
    title: hostile,
    state: "draft",
    head: hostile,
    labels: [{ name: hostile, color: "red;}" }],
    body: hostile,
  }),
  pull(39, { merge: { can: true, obstacles: [] }, checks: "success" }),
  pull(38, {
    state: "merged",
    mergedAt: minutesAgo(90),
    closedAt: minutesAgo(90),
    mergedBy: "ada",
    mergeSha: sha,
    checks: "success",
  }),
  pull(37, { state: "closed", closedAt: minutesAgo(900), checks: "failure" }),
];

const readme = `# sdk-go\n\nClient libraries for Go, generated from [apis](https://example.test).\n\n## Use\n\n\`\`\`sh\ngo get example.test/sdk\n\`\`\`\n`;

function repository(own: RepositoryCard): RepositorySource {
  const line = { name: "main", protected: true, commit: commit("Release v2.4.1 (#36)", 40, { checks: "success" }) };
  return {
    card: own,
    resolve: async (ref) => (["main", "feature/x", "v1", hostile, sha].includes(ref) ? sha : undefined),
    branches: async () => [
      line,
      { ...line, name: hostile, protected: false },
      { ...line, name: "feature/x", protected: false },
    ],
    tags: async () => [
      {
        name: "v2.4.1",
        sha,
        release: {
          name: "v2.4.1",
          body: "## Features\n\n* storage: add a field",
          prerelease: false,
          assets: [{ name: hostile, size: 12 }],
        },
      },
      { name: hostile, sha, release: undefined },
    ],
    content: async (_, path) => {
      if (path === "") {
        const file = (name: string) => ({ name, kind: "file" as const, size: 1234 });
        return {
          kind: "folder",
          entries: [
            file("README.md"),
            file(hostile),
            file("librarian.yaml"),
            { name: "src", kind: "folder", size: undefined },
          ],
        };
      }
      if (path === "README.md") return { kind: "text", text: readme, size: readme.length };
      if (path === "b.png") return { kind: "binary", size: 12_345_678 };
      return path.startsWith("src/") || path === hostile
        ? { kind: "text", text: `package <x>\n\n\tfunc ${hostile}() {}\n`, size: 40 }
        : undefined;
    },
    commits: async () => [
      commit("Sync sources to 89abcde (#38)\n\nbody", 12, { checks: "success" }),
      commit(`Merge ${hostile}`, 300),
      commit("Release v2.4.1 (#36)", 3000, { checks: "failure", author: hostile }),
    ],
    commit: async (wanted) =>
      sha.startsWith(wanted)
        ? { commit: commit(`Sync #3\n\nbecause ${hostile}`, 9, { checks: "success" }), files }
        : undefined,
    pulls: async () => pulls,
    pull: async (number) => pulls.find((each) => each.number === number),
  };
}

/** A forge with everything that a page can show, much of it hostile. */
export const fixture: PageSource = {
  repositories: async () => cards,
  repository: async (owner, name) => {
    const own = cards.find((each) => each.owner === owner && each.name === name);
    return own && repository(own);
  },
  now,
};
