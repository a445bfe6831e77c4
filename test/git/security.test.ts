import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { redact } from "../../src/git/failure.ts";
import { folderOf } from "../../src/git/mirror.ts";
import { rejectsAs } from "../contract/git.contract.ts";
import { GitServer, git as run } from "../support/git-server.ts";
import { changeOf, inGitWorld, signal, token } from "../support/git-world.ts";

/** All files below a folder, with their content. */
function* filesBelow(directory: string): Generator<readonly [string, Buffer]> {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      yield [path, readFileSync(path)];
    }
}

/** Command lines of all processes. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return ""; // It ended.
      }
    });
}

const isLinux = process.platform === "linux";

describe("git is safe with hostile repositories", () => {
  test(
    "no hook runs, wherever it comes from, and nothing of our own environment counts",
    inGitWorld(async ({ server, git, remote, directory }) => {
      const at = remote("acme/evil");
      server.create("acme/evil");
      const marker = join(directory, "ran");
      const first = server.commit("acme/evil", "main", { "hooks/pre-push": { mode: "100755", content: "#!/bin/sh" } });
      await git.sync(at, signal);
      const hooks = join(directory, "mirrors", folderOf(at.id), "hooks");
      mkdirSync(hooks, { recursive: true });
      for (const name of ["pre-push", "reference-transaction", "post-update", "update", "pre-auto-gc", "fsmonitor"]) {
        writeFileSync(join(hooks, name), `#!/bin/sh\necho ${name} >> ${marker}\n`);
        chmodSync(join(hooks, name), 0o755);
      }
      const before = { ...process.env };
      Object.assign(process.env, {
        GIT_TRACE: join(directory, "trace"),
        GIT_SSH_COMMAND: "false",
        GIT_DIR: "/nowhere",
      });
      try {
        server.commit("acme/evil", "main", { "b.txt": "two\n" });
        await git.sync(at, signal);
        const made = await git.commit(at, changeOf(first, "a.txt", "x"), signal);
        assert.equal(await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal), "done");
      } finally {
        for (const name of ["GIT_TRACE", "GIT_SSH_COMMAND", "GIT_DIR"]) delete process.env[name];
        Object.assign(process.env, before);
      }
      assert.equal(existsSync(marker), false);
      assert.equal(existsSync(join(directory, "trace")), false);
    }),
  );

  test(
    "attributes convert nothing: content is bytes in both directions",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/evil");
      const attributes = "* text=auto eol=crlf filter=evil ident working-tree-encoding=UTF-16\n";
      const files = { ".gitattributes": attributes, "a.txt": "one\n$Id$\n" };
      const first = server.commit("acme/evil", "main", files);
      const at = remote("acme/evil");
      assert.equal(Buffer.from((await git.read(at, first, "a.txt", signal))!).toString(), "one\n$Id$\n");
      const made = await git.commit(at, changeOf(first, "a.txt", "two\r\n$Id$\n"), signal);
      assert.equal(Buffer.from((await git.read(at, made.sha, "a.txt", signal))!).toString(), "two\r\n$Id$\n");
    }),
  );

  test(
    "links and submodules are neither followed nor replaced, and a file keeps its mode",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/evil");
      const first = server.commit("acme/evil", "main", {
        link: { mode: "120000", content: "/etc" },
        "dir/link": { mode: "120000", content: "../run" },
        module: { mode: "160000", content: "1".repeat(40) },
        run: { mode: "100755", content: "#!/bin/sh\n" },
      });
      const at = remote("acme/evil");
      for (const [path, message] of [
        ["link/passwd", /"link".* is a symbolic link, not a folder/],
        ["link", /is a symbolic link, not a file/],
        ["dir/link/x", /"dir\/link".* is a symbolic link/],
        ["module", /is a submodule/],
        ["module/x", /is a submodule/],
      ] as const) {
        await rejectsAs(git.commit(at, changeOf(first, path, "x"), signal), "rejected", message);
        const removed = git.commit(at, changeOf(first, path, undefined), signal);
        if (path === "link") await removed;
        else await rejectsAs(removed, "rejected", message);
      }
      await rejectsAs(git.read(at, first, "link", signal), "rejected", /symbolic link/);
      for (const path of ["link/passwd", "module", "module/x"])
        assert.equal(await git.read(at, first, path, signal), undefined);
      const made = await git.commit(at, changeOf(first, "run", "#!/bin/bash\n"), signal);
      await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal);
      assert.match(run(server.directory("acme/evil"), ["ls-tree", "x", "run"]), /^100755 blob/);
    }),
  );

  test(
    "odd names of files and branches survive, and lead nowhere",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/evil");
      const paths = ["-rf", "a\nb", 'quo"te', "tab\t", "spa ce/x", "ünï/cödé", "$(touch x)", "; ls", "%2e%2e", "a\\b"];
      const first = server.commit("acme/evil", "main", Object.fromEntries(paths.map((path) => [path, path])));
      const branches = ["ünïcode/🚀", "a'b", 'c"d', "$(id)", ";ls", "e&f", "-dash".slice(1), "HEAD"];
      for (const branch of branches) run(server.directory("acme/evil"), ["update-ref", `refs/heads/${branch}`, first]);
      const at = remote("acme/evil");
      const { heads } = await git.sync(at, signal);
      assert.deepEqual([...heads.keys()].sort(), ["main", ...branches].sort());
      for (const path of paths) assert.equal(Buffer.from((await git.read(at, first, path, signal))!).toString(), path);
      for (const branch of ["🚀/x", "$(id)2", "';x"]) {
        const made = await git.commit(at, changeOf(first, "a\nb", branch), signal);
        assert.equal(await git.push(at, { branch, sha: made.sha, expect: undefined }, signal), "done");
        assert.equal((await git.sync(at, signal)).heads.get(branch), made.sha);
      }
    }),
  );

  test(
    "a server that names impossible refs is not believed",
    inGitWorld(async ({ server, git, remote }) => {
      server.create("acme/evil");
      const first = server.commit("acme/evil", "main", { "a.txt": "one\n" });
      const at = remote("acme/evil");
      await git.sync(at, signal);
      const line = (text: string) => `${(Buffer.byteLength(text) + 5).toString(16).padStart(4, "0")}${text}\n`;
      const names = ["refs/heads/main", "refs/heads/../../config", "refs/heads/a..b", "refs/heads/x.lock", "config"];
      server.intercept = (request, response) => {
        request.resume();
        response.end(`${names.map((name) => line(`${first} ${name}`)).join("")}0000`);
        return true;
      };
      assert.deepEqual([...(await git.sync(at, signal)).heads], [["main", first]]);
    }),
  );

  test(
    "broken folders are not written anew, and what is called .git is left alone",
    inGitWorld(async ({ server, git, remote }) => {
      const directory = server.create("acme/evil");
      const blob = run(directory, ["hash-object", "-w", "--stdin"], "evil");
      const commitOf = (...names: readonly string[]): string => {
        const entries = names.flatMap((name) => [Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
        const write = ["hash-object", "-w", "--literally", "-t", "tree", "--stdin"];
        const tree = run(directory, write, Buffer.concat(entries));
        const sha = run(directory, ["-c", "user.name=x", "-c", "user.email=y", "commit-tree", "-m", "evil", tree]);
        run(directory, ["update-ref", `refs/heads/${names.length}`, sha]);
        return sha;
      };
      const [dotGit, twice] = [commitOf(".git"), commitOf("a", "a")];
      const at = remote("acme/evil");
      await git.sync(at, signal);
      const made = await git.commit(at, changeOf(dotGit, "b", "fine"), signal);
      await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal);
      assert.equal(run(directory, ["ls-tree", "--name-only", "x"]), ".git\nb");
      await rejectsAs(git.read(at, dotGit, ".git", signal), "rejected");
      await rejectsAs(git.commit(at, changeOf(twice, "b", "x"), signal), "rejected", /two entries of one name/);
    }),
  );
});

describe("git keeps the credential to itself", () => {
  test(
    "it is in no command line and no file",
    { skip: !isLinux && "needs /proc" },
    inGitWorld(async ({ server, git, remote, directory }) => {
      server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const seen: string[] = [];
      server.intercept = () => {
        seen.push(...commandLines().filter((line) => line.includes(directory) || line.includes("remote-http")));
        return false;
      };
      const at = remote("acme/sdk");
      await git.sync(at, signal);
      await git.read(at, first, "a.txt", signal);
      const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
      await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal);
      const encoded = Buffer.from(`x-access-token:${token}`).toString("base64");
      assert.ok(
        seen.some((line) => line.includes("remote-http")),
        "git was seen at work",
      );
      assert.deepEqual(
        seen.filter((line) => line.includes(token) || line.includes(encoded)),
        [],
      );
      for (const [path, content] of filesBelow(directory))
        assert.ok(!content.includes(token) && !content.includes(encoded), path);
    }),
  );

  test(
    "a redirect to another host is refused before it could leak, and one on the same host is followed",
    inGitWorld(async ({ server, git, remote }) => {
      const thief = await GitServer.start();
      server.create("acme/new");
      const first = server.commit("acme/new", "main", { "a.txt": "one\n" });
      const at = remote("acme/old");
      const redirectTo = (origin: string) => {
        server.intercept = (request, response) => {
          if (!request.url?.startsWith("/acme/old.git")) return false;
          request.resume();
          const location = `${origin}${request.url.replace("/old.git", "/new.git")}`;
          response.writeHead(301, { Location: location }).end();
          return true;
        };
      };
      try {
        redirectTo(thief.origin);
        await rejectsAs(git.sync(at, signal), "rejected", /redirects to 127\.0\.0\.1:\d+; .* not followed/);
        await assert.rejects(git.push(at, { branch: "x", sha: undefined, expect: first }, signal));
        assert.deepEqual(thief.seen, []);
        redirectTo(server.origin);
        assert.equal((await git.sync(at, signal)).heads.get("main"), first);
        const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
        assert.equal(await git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal), "done");
        assert.deepEqual(thief.seen, []);
      } finally {
        await thief.close();
      }
    }),
  );

  test(
    "what a server says is shown without it",
    inGitWorld(async ({ server, git, remote }) => {
      const directory = server.create("acme/sdk");
      const first = server.commit("acme/sdk", "main", { "a.txt": "one\n" });
      const hook = join(directory, "hooks", "pre-receive");
      mkdirSync(join(directory, "hooks"), { recursive: true });
      writeFileSync(hook, `#!/bin/sh\necho "no ${token} https://u:${token}@host/ here" >&2\nexit 1\n`);
      chmodSync(hook, 0o755);
      const at = remote("acme/sdk");
      const made = await git.commit(at, changeOf(first, "a.txt", "two\n"), signal);
      const push = git.push(at, { branch: "x", sha: made.sha, expect: undefined }, signal);
      await rejectsAs(push, "rejected", /no \*\*\* https:\/\/host\/ here/);
    }),
  );

  test(
    "a URL that carries one is refused, as is a way that is not HTTP",
    inGitWorld(async ({ git, remote }) => {
      const at = remote("acme/sdk");
      const withUrl = (url: string) => git.sync({ ...at, id: url, url }, signal);
      await rejectsAs(withUrl(at.url.replace("//", `//u:${token}@`)), "rejected", /carries a credential/);
      for (const url of ["file:///etc", "ssh://host/x", "ext::sh -c true", "git://host/x", "-u/x", "/etc/passwd"])
        await rejectsAs(withUrl(url), "rejected");
    }),
  );

  test("texts are cleaned of tokens and of what stands before a host", () => {
    const text = `fatal: 'https://u:p@host/x' Authorization: Basic abc= ghp_abcDEF123 github_pat_1_2 my-secret`;
    const shown = redact(text, ["my-secret", ""]);
    assert.equal(shown, "fatal: 'https://host/x' Authorization: *** *** *** ***");
  });
});

describe("git ends", () => {
  const hang = (server: GitServer): void => {
    server.intercept = (request) => {
      request.resume();
      return request.url?.includes("info/refs") ?? false;
    };
  };
  const alive = (directory: string): string[] =>
    commandLines().filter((line) => line.includes(directory) && !line.includes("cat-file"));
  const gone = async (directory: string): Promise<void> => {
    for (let n = 0; n < 100 && alive(directory).length > 0; n++) await sleep(50);
    assert.deepEqual(alive(directory), []);
  };

  test(
    "with all its processes when it takes too long",
    { skip: !isLinux && "needs /proc" },
    inGitWorld(
      async ({ server, git, remote, directory }) => {
        server.create("acme/slow");
        server.commit("acme/slow", "main", { "a.txt": "one\n" });
        hang(server);
        await rejectsAs(git.sync(remote("acme/slow"), signal), "unavailable", /took longer than 1.5 s/);
        await gone(directory);
      },
      { timeoutMs: 1_500 },
    ),
  );

  test(
    "with all its processes when nobody wants it any more, and when it is closed",
    { skip: !isLinux && "needs /proc" },
    inGitWorld(async ({ server, git, remote, directory }) => {
      server.create("acme/slow");
      server.commit("acme/slow", "main", { "a.txt": "one\n" });
      hang(server);
      const stop = new AbortController();
      const sync = git.sync(remote("acme/slow"), stop.signal);
      while (alive(directory).length === 0) await sleep(20);
      stop.abort(new Error("enough"));
      await assert.rejects(sync, /enough/);
      await gone(directory);
      const other = git.sync(remote("acme/slow"), signal);
      while (alive(directory).length === 0) await sleep(20);
      const failed = assert.rejects(other, /shutting down/);
      await git.close();
      await failed;
      await gone(directory);
    }),
  );
});
