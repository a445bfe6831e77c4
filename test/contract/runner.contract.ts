import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { Remote } from "../../src/reconcilers/git-port.ts";
import type { Run, RunFailure, RunFile, Runner, RunState } from "../../src/reconcilers/runner-port.ts";
import { RunChange } from "../../src/schema/change.ts";
import type { GivenFiles } from "../runner/tar-writer.ts";

type Later<T> = T | Promise<T>;

/** One runner with a source of commits. Commands may use `sh` and what POSIX puts beside it. */
export interface RunnerFixture {
  readonly runner: Runner;
  /** Image for commands, where the runner wants one. */
  readonly image?: string;
  /** Longest time that a run of the quick tests may take from its start to its end. */
  readonly patienceMs: number;
  /** A value in the environment of whoever runs the runner, which no command may ever see. */
  readonly secret: string;
  /** Every part of an environment that is there whether one wants it or not. */
  readonly told?: RegExp;
  /** A command that ends with 0 when it gets through to something that listens, from where no command may. */
  readonly reach: readonly string[];
  /** Whether a command can be kept off the network here; otherwise the tests of that are skipped with this word. */
  readonly closed: true | string;
  commit(files: GivenFiles): Later<{ readonly remote: Remote; readonly commit: string }>;
  /** Takes away what a run works on, and gives the runner to ask then: it may be another one. */
  lose(run: Run): Promise<Runner>;
  /** Whether anything of the run is left, wherever it may be: a process, a directory, an object. */
  traces(run: Run): Promise<readonly string[]>;
  close(): Promise<void>;
}

const { signal } = new AbortController();

const files: GivenFiles = {
  "README.md": "# Mill\n",
  "src/wheel.txt": "turns\n",
  "src/build.sh": { content: "#!/bin/sh\necho built > built.txt\n", mode: "Executable" },
  latest: { content: "src/wheel.txt", mode: "Link" },
  [`deep/${"long-name-".repeat(12)}/file.txt`]: "deep\n",
  "naïve.txt": "é\n",
};

export type Wish = Partial<Omit<RunChange, "limits">> & { readonly limits?: Partial<RunChange["limits"]> };

/** Everything a test does with a runner. */
export class RunnerDriver {
  readonly fixture: RunnerFixture;
  constructor(fixture: RunnerFixture) {
    this.fixture = fixture;
  }

  /** A run of a command on the files of these tests, or on those given. */
  async run(wish: Wish | string, given: GivenFiles = files): Promise<Run> {
    const asked: Wish = typeof wish === "string" ? { command: ["sh", "-c", wish] } : wish;
    return {
      id: randomUUID().replaceAll("-", ""),
      owner: { namespace: "fleet", name: "proposal", uid: randomUUID() },
      wish: RunChange.parse({
        paths: ["**"],
        ...(this.fixture.image && { image: this.fixture.image }),
        ...(this.fixture.closed !== true && { network: "Open" }),
        ...asked,
        limits: { time: "1m", memoryMiB: 256, outputMiB: 4, files: 50, ...asked.limits },
      }),
      ...(await this.fixture.commit(given)),
    };
  }

  /** Looks until the run is over. */
  async end(run: Run, { runner = this.fixture.runner, patienceMs = this.fixture.patienceMs } = {}): Promise<RunState> {
    return this.until(run, (state) => state.is !== "pending", { runner, patienceMs });
  }

  async until(
    run: Run,
    holds: (state: RunState) => boolean,
    { runner = this.fixture.runner, patienceMs = this.fixture.patienceMs } = {},
  ): Promise<RunState> {
    const began = performance.now();
    while (true) {
      const state = await runner.look(run, signal);
      if (holds(state)) return state;
      assert.ok(performance.now() - began < patienceMs, `still ${JSON.stringify(state)} after ${patienceMs} ms`);
      await wait(20);
    }
  }

  /** Runs to the end, takes what is left away, and checks that nothing is. */
  async outcome(wish: Wish | string, options: { given?: GivenFiles; patienceMs?: number } = {}): Promise<RunState> {
    const run = await this.run(wish, options.given ?? files);
    const state = await this.end(run, { patienceMs: options.patienceMs ?? this.fixture.patienceMs });
    await this.fixture.runner.discard(run, signal);
    assert.deepEqual(await this.fixture.traces(run), []);
    return state;
  }

  async changes(wish: Wish | string): Promise<readonly string[]> {
    const state = await this.outcome(wish);
    assert.equal(state.is, "succeeded", JSON.stringify(state));
    return state.is === "succeeded" ? state.files.map(shown) : [];
  }

  async failure(wish: Wish | string, reason: RunFailure, options?: { patienceMs?: number }): Promise<RunFailed> {
    const state = await this.outcome(wish, options);
    assert.equal(state.is, "failed", JSON.stringify(state));
    assert.ok(state.is === "failed");
    assert.equal(state.reason, reason, state.message);
    return state;
  }
}

type RunFailed = Extract<RunState, { is: "failed" }>;

const shown = ({ path, content, mode }: RunFile): string =>
  content === undefined ? `- ${path}` : `${mode} ${path}: ${Buffer.from(content).toString().trim()}`;

/** Holds an implementation to the text of Runner, but for its limits. */
export function testRunner(name: string, make: () => Promise<RunnerFixture>): void {
  describe(`${name} keeps the contract of Runner`, { concurrency: 4 }, () => {
    let host: RunnerFixture;
    let drive: RunnerDriver;
    before(async () => {
      host = await make();
      drive = new RunnerDriver(host);
    });
    after(() => host.close());

    test("gives what a command added, changed, removed, linked and made executable", async () => {
      const script = [
        "echo new > added.txt; mkdir -p a/b; echo deep > a/b/c.txt",
        "echo changed > README.md; rm src/wheel.txt; chmod +x naïve.txt",
        "rm latest; ln -s README.md latest; ln -s nowhere dangling",
      ];
      assert.deepEqual(await drive.changes(script.join("\n")), [
        "File README.md: changed",
        "File a/b/c.txt: deep",
        "File added.txt: new",
        "Link dangling: nowhere",
        "Link latest: README.md",
        "Executable naïve.txt: é",
        "- src/wheel.txt",
      ]);
    });

    test("gives nothing when all is as it was, whatever was done to it meanwhile", async () => {
      const script =
        "touch README.md; cp README.md x; rm README.md; mv x README.md; mkdir -p empty/dir; chmod 600 naïve.txt";
      assert.deepEqual(await drive.changes(script), []);
    });

    test("says when it ran and how it was kept apart", async () => {
      const state = await drive.outcome({ command: ["true"] });
      assert.ok(state.is === "succeeded");
      assert.ok(state.startedAt <= state.finishedAt);
      assert.match(state.isolation, /\w+/);
    });

    test("runs an argument list, and no shell takes it apart", async () => {
      const command = ["cp", "README.md", "$(id); `id` > x && *"];
      assert.deepEqual(await drive.changes({ command }), ["File $(id); `id` > x && *: # Mill"]);
    });

    test("runs in a directory of the commit, and in no other", async () => {
      assert.deepEqual(await drive.changes({ command: ["./build.sh"], directory: "src" }), [
        "File src/built.txt: built",
      ]);
      await drive.failure({ command: ["true"], directory: "nowhere" }, "CommandFailed");
    });

    test("says how a command failed, with the end of its log", async () => {
      const { message, log } = await drive.failure("echo first; echo second >&2; exit 7", "CommandFailed");
      assert.match(message, /7/);
      assert.match(log, /first/);
      assert.match(log, /second/);
    });

    test("gives 2 KiB of a log at most, and no control characters", async () => {
      const { log } = await drive.failure(
        "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; printf '\\033[31mred\\007\\r\\n'; exit 1",
        "CommandFailed",
      );
      assert.ok(Buffer.byteLength(log) <= 2048, `${log.length}`);
      assert.match(log, /line 1999\nred$/);
    });

    test("fails when there is no such program", async () => {
      await drive.failure({ command: ["no-such-program"] }, "CommandFailed");
    });

    test("refuses what git cannot hold, and names it", async () => {
      for (const [script, name] of [
        ["mkfifo src/pipe", /src\/pipe/],
        ["mkdir -p vendor/.git/hooks; echo evil > vendor/.git/hooks/post-checkout", /vendor\/\.git/],
        ["echo x > \"$(printf 'bad\\377')\"", /bad/],
      ] as const) {
        assert.match((await drive.failure(script, "ResultInvalid")).message, name);
      }
    });

    test("runs once, however often it is asked, and gives the same each time", async () => {
      const run = await drive.run("cat /proc/sys/kernel/random/uuid > id; sleep 0.3");
      await Promise.all([1, 2, 3].map(() => host.runner.look(run, signal)));
      const first = await drive.end(run);
      assert.equal(first.is, "succeeded", JSON.stringify(first));
      assert.deepEqual(await host.runner.look(run, signal), first);
      await host.runner.discard(run, signal);
    });

    test("says since when a command runs, ends it when it is discarded, and starts it anew when asked again", async () => {
      const run = await drive.run("sleep 1000");
      const state = await drive.until(run, (each) => each.is === "pending" && each.startedAt !== undefined);
      assert.ok(state.is === "pending");
      assert.notEqual(state.message, "");
      await host.runner.discard(run, signal);
      assert.deepEqual(await host.traces(run), []);
      await host.runner.discard(run, signal);
      assert.equal((await host.runner.look(run, signal)).is, "pending");
      await host.runner.discard(run, signal);
    });

    test("shows a command what it asks for, and nothing of the environment of who runs it", async () => {
      const seen = await drive.changes({
        command: ["sh", "-c", "{ env; cat /proc/*/environ /proc/*/cmdline; } > seen 2>/dev/null; ls ~ > home; :"],
        env: [{ name: "GREETING", value: "a b\nc 'd'" }],
      });
      const [home, environment] = seen;
      assert.equal(home, "File home: ");
      assert.match(environment!, /GREETING=a b\nc 'd'\n/);
      assert.match(environment!, /^LANG=C\.UTF-8$/m);
      assert.ok(!environment!.includes(host.secret), environment);
      assert.doesNotMatch(environment!.replaceAll(host.told ?? /(?!)/g, ""), /TOKEN|KUBERNETES_|SECRET/);
    });

    test("lets a command without network reach nothing", async (t) => {
      if (host.closed !== true) return t.skip(host.closed);
      const { message } = await drive.failure({ command: [...host.reach] }, "CommandFailed");
      assert.match(message, /ended/);
    });

    test("lets a command with an open network reach something", async () => {
      assert.deepEqual(await drive.changes({ command: [...host.reach], network: "Open" }), []);
    });
  });

  describe(`${name}, when what a run works on is taken away,`, () => {
    test("says that the run is lost, until it is discarded", async () => {
      const host = await make();
      const drive = new RunnerDriver(host);
      const run = await drive.run("sleep 1000");
      await drive.until(run, (each) => each.is === "pending" && each.startedAt !== undefined);
      const runner = await host.lose(run);
      assert.equal((await drive.until(run, (each) => each.is !== "pending", { runner })).is, "lost");
      assert.equal((await runner.look(run, signal)).is, "lost");
      await runner.discard(run, signal);
      assert.deepEqual(await host.traces(run), []);
      await host.close();
    });
  });
}

/** Holds an implementation to the limits of a run. Each takes some seconds. */
export function testRunnerLimits(name: string, make: () => Promise<RunnerFixture>): void {
  describe(`${name} keeps the limits of Runner`, () => {
    let host: RunnerFixture;
    let drive: RunnerDriver;
    before(async () => {
      host = await make();
      drive = new RunnerDriver(host);
    });
    after(() => host.close());

    test("stops what takes too long, even what does not want to", async () => {
      const limits = { time: "2s" };
      await drive.failure({ command: ["sleep", "1000"], limits }, "TimedOut");
      const stubborn = "trap '' TERM INT HUP; while :; do sleep 1; done";
      await drive.failure({ command: ["sh", "-c", stubborn], limits }, "TimedOut");
    });

    test("stops what takes too much memory, alone or many together", async () => {
      const limits = { memoryMiB: 64 };
      await drive.failure({ command: ["tail", "/dev/zero"], limits }, "OutOfMemory");
      const many =
        "for i in 1 2 3 4 5 6; do (head -c 24000000 /dev/zero | tail -c 24000000 | { sleep 20; cat >/dev/null; }) & done; wait";
      await drive.failure({ command: ["sh", "-c", many], limits }, "OutOfMemory");
    });

    test("refuses more bytes and more files than are allowed", async () => {
      const limits = { outputMiB: 1, files: 10 };
      const large = "head -c 1500000 /dev/zero > large";
      await drive.failure({ command: ["sh", "-c", large], limits }, "OutputTooLarge");
      const many = "i=0; while [ $i -lt 11 ]; do echo $i > f$i; i=$((i+1)); done";
      await drive.failure({ command: ["sh", "-c", many], limits }, "OutputTooLarge");
    });
  });
}
