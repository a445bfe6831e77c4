import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { rejectsAs } from "../contract/git.contract.ts";
import { git as run } from "../support/git-server.ts";
import { type GitWorld, inGitWorld, signal } from "../support/git-world.ts";

const name = "acme/sdk";

/** Two commits on main, of which the mirror knows the first alone. */
async function behind({ server, git, remote }: GitWorld): Promise<{ readonly old: string; readonly head: string }> {
  server.create(name);
  const old = server.commit(name, "main", { "a.txt": "one\n", "dir/b.txt": "two\n" });
  await git.sync(remote(name), signal);
  return { old, head: server.commit(name, "main", { "a.txt": "uno\n" }) };
}

describe("a tag over HTTP", () => {
  test(
    "on a commit that the branch has left behind needs none of its files",
    inGitWorld(async (world) => {
      const { old } = await behind(world);
      const at = world.remote(name);
      assert.equal(await world.git.tag(at, { name: "v1", sha: old }, signal), "done");
      assert.equal(run(world.server.directory(name), ["rev-parse", "v1"]), old);
    }),
  );

  test(
    "costs a list, and two requests to push; one list where it is there",
    inGitWorld(async ({ server, git, remote, requests }) => {
      server.create(name);
      const sha = server.commit(name, "main", { "a.txt": "one\n" });
      const at = remote(name);
      await git.sync(at, signal);
      assert.equal(await requests(() => git.tag(at, { name: "v1", sha }, signal)), 3);
      assert.equal(await requests(() => git.tag(at, { name: "v1", sha }, signal)), 1);
      assert.equal(await requests(() => git.sync(at, signal)), 1, "and is not fetched");
    }),
  );

  test(
    "is made while somebody pushes at the same moment",
    inGitWorld(async (world) => {
      const { old } = await behind(world);
      let pushes = 0;
      world.server.intercept = ({ url = "" }) => {
        if (url.includes("git-receive-pack") && pushes < 2) {
          pushes += 1;
          world.server.commit(name, "main", { "a.txt": `${pushes}\n` });
        }
        return false;
      };
      assert.equal(await world.git.tag(world.remote(name), { name: "v1", sha: old }, signal), "done");
      assert.equal(run(world.server.directory(name), ["rev-parse", "v1"]), old);
    }),
  );

  test(
    "that somebody makes at the same moment is never overwritten",
    inGitWorld(async (world) => {
      const { old, head } = await behind(world);
      const directory = world.server.directory(name);
      world.server.intercept = ({ method, url = "" }) => {
        if (method === "POST" && url.includes("git-receive-pack")) run(directory, ["tag", "-f", "v1", head]);
        return false;
      };
      assert.equal(await world.git.tag(world.remote(name), { name: "v1", sha: old }, signal), "taken");
      assert.equal(run(directory, ["rev-parse", "v1"]), head);
    }),
  );

  test(
    "on a commit that no branch leads to any more says so",
    inGitWorld(async (world) => {
      const { old, head } = await behind(world);
      const directory = world.server.directory(name);
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      const other = run(directory, [...who, "commit-tree", "-m", "Anew", `${head}^{tree}`], "");
      run(directory, ["update-ref", "refs/heads/main", other]);
      const tag = world.git.tag(world.remote(name), { name: "v1", sha: old }, signal);
      await rejectsAs(tag, "rejected", /no branch or tag there leads to the commit any more/);
    }),
  );

  test(
    "that the host refuses says why",
    inGitWorld(async (world) => {
      const { old } = await behind(world);
      const hooks = join(world.server.directory(name), "hooks");
      mkdirSync(hooks, { recursive: true });
      writeFileSync(join(hooks, "update"), "#!/bin/sh\necho 'tags are for the release team' >&2\nexit 1\n");
      chmodSync(join(hooks, "update"), 0o755);
      const tag = world.git.tag(world.remote(name), { name: "v1", sha: old }, signal);
      await rejectsAs(tag, "rejected", /tags are for the release team|hook declined/);
    }),
  );

  test(
    "of something that is no commit is taken",
    inGitWorld(async (world) => {
      const { old } = await behind(world);
      run(world.server.directory(name), ["tag", "v1", `${old}^{tree}`]);
      assert.equal(await world.git.tag(world.remote(name), { name: "v1", sha: old }, signal), "taken");
    }),
  );

  test(
    "of a tag of a tag is the commit at its end",
    inGitWorld(async (world) => {
      const { old } = await behind(world);
      const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
      run(world.server.directory(name), [...who, "tag", "-a", "-m", "inner", "inner", old]);
      run(world.server.directory(name), [...who, "tag", "-a", "-m", "outer", "v1", "inner"]);
      assert.equal(await world.git.tag(world.remote(name), { name: "v1", sha: old }, signal), "done");
    }),
  );
});
