import { ForgeError } from "../reconcilers/errors.ts";
import { type Command, collect, endGroup, type Finished, maxErrorBytes, startGit, unstartable } from "./process.ts";

export interface OutputCommand extends Omit<Command, "maxBytes" | "timeoutMs"> {
  /** Undefined where the pace is set by who takes the output. */
  readonly timeoutMs: number | undefined;
}

/**
 * Runs `git` and gives its standard output piece by piece, as fast as it is taken. Whoever stops taking ends the whole
 * process group. Rejects with the signal's reason when aborted, with a ForgeError when it could not be started or took
 * too long, and with `failed` of what it said when its exit code is not 0.
 */
export async function* outputOf(
  command: OutputCommand,
  failed: (done: Pick<Finished, "code" | "stderr">) => Error,
): AsyncGenerator<Buffer, void> {
  const { signal, timeoutMs, input, args } = command;
  signal.throwIfAborted();
  const child = startGit(command);
  let failure: unknown;
  const stop = (reason: unknown): void => {
    failure ??= reason;
    endGroup(child);
  };
  const abort = (): void => stop(signal.reason);
  const late = (): void => stop(new ForgeError("unavailable", `git ${args[0]} took longer than ${timeoutMs} ms`));
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
  signal.addEventListener("abort", abort, { once: true });
  const stderr = collect(child, "stderr", maxErrorBytes, () => undefined);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.once("error", (error) => stop(unstartable(error, command)));
  child.stdin?.on("error", () => undefined); // It ended without reading all of its input; its exit code tells why.
  child.stdin?.end(input);
  let hasEnded = false;
  try {
    for await (const chunk of child.stdout ?? []) yield chunk;
    const code = await closed;
    hasEnded = true;
    if (failure === undefined && code !== 0)
      throw failed({ code: code ?? undefined, stderr: stderr().toString("utf8") });
  } catch (error) {
    throw failure ?? error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    if (!hasEnded) endGroup(child);
  }
  if (failure !== undefined) throw failure;
}
