import type { Run, RunFile, Runner, RunState } from "../../src/reconcilers/runner-port.ts";
import type { MemoryHost } from "./memory-host.ts";

/** What a command does: files as text that it writes by path, undefined to remove, or an end of another kind. */
export type Command = (
  files: Readonly<Record<string, string>>,
  run: Run,
) => Readonly<Record<string, string | undefined>> | Extract<RunState, { is: "failed" | "lost" }>;

/** Runs commands that are functions, over the memory host. A run ends at the second look. */
export class FunctionRunner implements Runner {
  readonly started: Run[] = [];
  readonly discarded: string[] = [];
  readonly #host: MemoryHost;
  readonly #ended = new Map<string, RunState>();
  readonly #looks = new Map<string, number>();
  #command: Command;

  constructor(host: MemoryHost, command: Command) {
    this.#host = host;
    this.#command = command;
  }

  does(command: Command): void {
    this.#command = command;
  }

  async look(run: Run): Promise<RunState> {
    const looks = (this.#looks.get(run.id) ?? 0) + 1;
    this.#looks.set(run.id, looks);
    if (looks === 1) this.started.push(run);
    if (looks < 2) return { is: "pending", message: "the command runs", startedAt: undefined };
    const state = this.#ended.get(run.id) ?? this.#end(run);
    this.#ended.set(run.id, state);
    return state;
  }

  async discard({ id }: Pick<Run, "id" | "owner">): Promise<void> {
    this.discarded.push(id);
    this.#looks.delete(id);
    this.#ended.delete(id);
  }

  #end(run: Run): RunState {
    const [owner, name] = new URL(run.remote.url).pathname.slice(1).split("/");
    const { files } = this.#host.get(`${owner}/${name}`).commits.get(run.commit)!;
    const before = Object.fromEntries([...files].map(([path, content]) => [path, Buffer.from(content).toString()]));
    const result = this.#command(before, run);
    if (isEnd(result)) return result;
    const changed = Object.entries(result).filter(([path, text]) => before[path] !== text);
    const at = this.#host.now();
    return { is: "succeeded", files: changed.map(fileOf), isolation: "a function", startedAt: at, finishedAt: at };
  }
}

const isEnd = (result: ReturnType<Command>): result is Extract<RunState, { is: "failed" | "lost" }> =>
  "is" in result && "message" in result;

const fileOf = ([path, text]: [string, string | undefined]): RunFile => ({
  path,
  content: text === undefined ? undefined : Buffer.from(text),
  mode: "File",
});
