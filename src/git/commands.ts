import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Access, basic, type EnvironmentOptions, localEnvironment, remoteEnvironment } from "./environment.ts";
import { isLocked, MirrorError, toForgeError } from "./failure.ts";
import type { Gate } from "./gate.ts";
import { type Mirror, tidy } from "./mirror.ts";
import { type Finished, runGit } from "./process.ts";
import { checkVersion } from "./version.ts";

export interface Call {
  /** Completes "could not …". */
  readonly doing: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** The remote, for commands that talk to it. */
  readonly access?: Access;
  readonly input?: Uint8Array | string;
}

export interface CommandOptions {
  readonly environment: EnvironmentOptions;
  readonly timeoutMs: number;
  /** Bounds how many processes of git run at once. */
  readonly processes: Gate;
}

/** Runs git in mirrors. Rejects with a ForgeError, or with a MirrorError when the mirror itself is broken. */
export class Commands {
  readonly #options: CommandOptions;
  #isNewEnough = false;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  /** Output of a command that must succeed. A lock that a dead process left is removed, once. */
  async output(mirror: Mirror, call: Call): Promise<Buffer> {
    let done = await this.run(mirror, call);
    if (done.code !== 0 && isLocked(done.stderr)) {
      await tidy(mirror.directory);
      done = await this.run(mirror, call);
    }
    if (done.code !== 0) throw this.failed(mirror, call, done);
    return done.stdout;
  }

  /** A command whose exit code the caller judges. */
  async run(mirror: Mirror, { args, signal, access, input }: Call): Promise<Finished> {
    const { environment, timeoutMs, processes } = this.#options;
    const { directory, movedTo } = mirror;
    const env = access
      ? remoteEnvironment(environment, { ...access, url: movedTo ?? access.url })
      : localEnvironment(environment);
    return processes.run(signal, async () => {
      if (!existsSync(join(directory, "HEAD"))) throw new MirrorError("the mirror is gone");
      await this.#checkVersion(directory, signal);
      return runGit({
        args: [`--git-dir=${directory}`, ...args],
        env,
        cwd: directory,
        ...(input !== undefined && { input }),
        signal,
        timeoutMs,
      });
    });
  }

  /** Once: an older git would ignore all that it is told by its environment. */
  async #checkVersion(cwd: string, signal: AbortSignal): Promise<void> {
    if (this.#isNewEnough) return;
    const { environment, timeoutMs } = this.#options;
    const { stdout } = await runGit({ args: ["version"], env: localEnvironment(environment), cwd, signal, timeoutMs });
    checkVersion(stdout.toString("utf8"));
    this.#isNewEnough = true;
  }

  /** The error for a command that failed. */
  failed(mirror: Mirror, { doing, access }: Call, { stderr, code }: Pick<Finished, "stderr" | "code">): Error {
    const credential = access?.credential;
    const secrets = credential ? [credential.password, basic(credential).slice("Basic ".length)] : [];
    return toForgeError({ doing, stderr: stderr.replaceAll(mirror.directory, "the mirror"), code, secrets });
  }
}
