import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Access, basic, type EnvironmentOptions, localEnvironment, remoteEnvironment } from "./environment.ts";
import { isLocked, MirrorError, toForgeError } from "./failure.ts";
import type { Gate } from "./gate.ts";
import { type Mirror, tidy } from "./mirror.ts";
import { type Finished, runGit } from "./process.ts";
import { type OutputCommand, outputOf } from "./process-output.ts";
import { checkVersion, oldest, parseVersion, type Version } from "./version.ts";

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
  #found: Version | undefined;

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
  async run(mirror: Mirror, call: Call): Promise<Finished> {
    const { timeoutMs, processes } = this.#options;
    return processes.run(call.signal, async () => {
      const command = this.#commandOf(mirror, call);
      await this.#version(mirror.directory, call.signal);
      return runGit({ ...command, timeoutMs });
    });
  }

  /** Rejects with a ForgeError where git is older than what `doing` needs. */
  async require(mirror: Mirror, needed: Version, { doing, signal }: Pick<Call, "doing" | "signal">): Promise<void> {
    checkVersion(await this.#version(mirror.directory, signal), needed, `could not ${doing}: `);
  }

  /** Output of a command that must succeed, piece by piece, at the pace of who takes it. Takes no place at the gate. */
  stream(mirror: Mirror, call: Call): AsyncGenerator<Buffer, void> {
    const command = { ...this.#commandOf(mirror, call), timeoutMs: undefined };
    return outputOf(command, (done) => this.failed(mirror, call, done));
  }

  /** Takes as much of the output of a command that must succeed as `take` wants. */
  async taken<T>(mirror: Mirror, call: Call, take: (output: AsyncIterable<Buffer>) => Promise<T>): Promise<T> {
    const { processes, timeoutMs } = this.#options;
    return processes.run(call.signal, async () => {
      const command = { ...this.#commandOf(mirror, call), timeoutMs };
      return take(outputOf(command, (done) => this.failed(mirror, call, done)));
    });
  }

  #commandOf({ directory, movedTo }: Mirror, { args, signal, access, input }: Call): Omit<OutputCommand, "timeoutMs"> {
    const { environment } = this.#options;
    if (!existsSync(join(directory, "HEAD"))) throw new MirrorError("the mirror is gone");
    const env = access
      ? remoteEnvironment(environment, { ...access, url: movedTo ?? access.url })
      : localEnvironment(environment);
    const where = { args: [`--git-dir=${directory}`, ...args], env, cwd: directory, signal };
    return { ...where, ...(input !== undefined && { input }) };
  }

  /** Asked for once. A git that is too old for us would ignore all that it is told by its environment. */
  async #version(cwd: string, signal: AbortSignal): Promise<Version> {
    if (this.#found) return this.#found;
    const { environment, timeoutMs } = this.#options;
    const { stdout } = await runGit({ args: ["version"], env: localEnvironment(environment), cwd, signal, timeoutMs });
    const found = parseVersion(stdout.toString("utf8"));
    checkVersion(found, oldest);
    this.#found = found;
    return found;
  }

  /** The error for a command that failed. */
  failed(mirror: Mirror, { doing, access }: Call, { stderr, code }: Pick<Finished, "stderr" | "code">): Error {
    const credential = access?.credential;
    const secrets = credential ? [credential.password, basic(credential).slice("Basic ".length)] : [];
    return toForgeError({ doing, stderr: stderr.replaceAll(mirror.directory, "the mirror"), code, secrets });
  }
}
