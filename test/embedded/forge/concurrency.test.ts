import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Octokit } from "@octokit/rest";
import { startTestForge, type TestForge } from "./fixture.ts";

let world: TestForge;
let api: Octokit;
const at = (repo: string) => ({ owner: "acme", repo });

before(async () => {
  world = await startTestForge();
  api = world.octokit();
});
after(() => world.close());

/** Commits and pushes to main until it is accepted, as people do who share a branch. */
async function pushUntilAccepted(work: string, line: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    await world.git(work, "fetch", "--quiet", "origin", "main");
    await world.git(work, "reset", "--quiet", "--hard", "FETCH_HEAD");
    appendFileSync(join(work, `${line}.txt`), `${line}\n`);
    await world.git(work, "add", ".");
    await world.git(work, "commit", "--quiet", "-m", line);
    const pushed = await world.git(work, "push", "--quiet", "origin", "HEAD:main").then(
      () => true,
      () => false,
    );
    if (pushed) return;
  }
  throw new Error(`${line} was never accepted`);
}

test("pushes and merges to one branch at once: each is there once, and the log has them in git's order", async () => {
  const first = await world.repository("busy");
  const clones = await Promise.all(
    [0, 1].map(async (index) => {
      const work = `${world.folder}/busy-${index}`;
      await world.git(world.folder, "clone", "--quiet", world.address("acme/busy"), work);
      return work;
    }),
  );
  const heads = ["a", "b", "c", "d", "e"];
  for (const head of heads) {
    await api.git.createRef({ ...at("busy"), ref: `refs/heads/${head}`, sha: first });
    const content = Buffer.from(head).toString("base64");
    await api.repos.createOrUpdateFileContents({ ...at("busy"), path: head, branch: head, content, message: head });
    await api.pulls.create({ ...at("busy"), title: head, head, base: "main" });
  }
  const mergeUntilDone = async (pull_number: number): Promise<void> => {
    for (;;) {
      const done = await api.pulls
        .merge({ ...at("busy"), pull_number, merge_method: "squash" })
        .catch((error: unknown) => {
          assert.equal((error as { status: number }).status, 405);
        });
      if (done) return;
    }
  };
  await Promise.all([
    ...clones.map(async (work, index) => {
      for (const turn of [1, 2]) await pushUntilAccepted(work, `push-${index}-${turn}`);
    }),
    ...heads.map((_, index) => mergeUntilDone(index + 1)),
  ]);
  const history = await api.paginate(api.repos.listCommits, { ...at("busy"), per_page: 100 });
  assert.equal(history.length, 1 + 4 + 5);
  assert.ok(history.slice(0, -1).every(({ parents }, index) => parents[0]?.sha === history[index + 1]?.sha));
  const logged = world.forge
    .log()
    .filter(({ repository, subject }) => repository === "acme/busy" && subject === "main")
    .map(({ sha }) => sha);
  assert.deepEqual(
    logged.toSorted(),
    history
      .slice(0, -1)
      .map(({ sha }) => sha)
      .toSorted(),
  );
  const merges = world.forge.log().filter(({ action }) => action === "pull.merge");
  assert.deepEqual(merges.map(({ subject }) => subject).sort(), ["1", "2", "3", "4", "5"]);
});

test("of many who open the same pull request at once, one succeeds", async () => {
  const sha = await world.repository("same");
  await api.git.createRef({ ...at("same"), ref: "refs/heads/topic", sha });
  const content = Buffer.from("x").toString("base64");
  await api.repos.createOrUpdateFileContents({ ...at("same"), path: "x", branch: "topic", content, message: "x" });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      api.pulls.create({ ...at("same"), title: "Once", head: "topic", base: "main" }).then(
        ({ status }) => status as number,
        (error: { status: number }) => error.status,
      ),
    ),
  );
  assert.deepEqual(answers.sort(), [201, ...Array.from({ length: 11 }, () => 422)]);
  assert.equal((await api.pulls.list({ ...at("same"), state: "all" })).data.length, 1);
});

test("of many who make the same ref or change the same file at once, one succeeds", async () => {
  const sha = await world.repository("race");
  const refs = await Promise.all(
    Array.from({ length: 8 }, () =>
      api.git.createRef({ ...at("race"), ref: "refs/tags/v1", sha }).then(
        ({ status }) => status as number,
        (error: { status: number }) => error.status,
      ),
    ),
  );
  assert.deepEqual(refs.filter((status) => status === 201).length, 1);
  assert.ok(refs.every((status) => [201, 409, 422].includes(status)));
  const files = await Promise.all(
    Array.from({ length: 8 }, (_, index) => {
      const content = Buffer.from(String(index)).toString("base64");
      return api.repos.createOrUpdateFileContents({ ...at("race"), path: "one", content, message: "one" }).then(
        ({ status }) => status as number,
        (error: { status: number }) => error.status,
      );
    }),
  );
  assert.deepEqual(files.sort(), [201, ...Array.from({ length: 7 }, () => 422)]);
});

test("pull requests in fifty repositories are opened at once", async () => {
  const count = 50;
  const file = `commit: old\n${"  - library\n".repeat(3500)}`;
  const shas = await Promise.all(
    Array.from({ length: count }, (_, index) => world.repository(`fleet-${index}`, { "librarian.yaml": file })),
  );
  const client = new Octokit({ baseUrl: world.forge.api, auth: world.token });
  const pulls = await Promise.all(
    shas.map(async (sha, index) => {
      const place = at(`fleet-${index}`);
      const content = file.replace("old", "new");
      const tree = await client.git.createTree({
        ...place,
        base_tree: sha,
        tree: [{ path: "librarian.yaml", mode: "100644", content }],
      });
      const commit = await client.git.createCommit({ ...place, message: "Sync", tree: tree.data.sha, parents: [sha] });
      await client.git.createRef({ ...place, ref: "refs/heads/sync", sha: commit.data.sha });
      return (await client.pulls.create({ ...place, title: "Sync", head: "sync", base: "main" })).data;
    }),
  );
  assert.deepEqual(
    new Set(pulls.map((pull) => `${pull.number} +${pull.additions} -${pull.deletions}`)),
    new Set(["1 +1 -1"]),
  );
});
