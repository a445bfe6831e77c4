/**
 * Running commands of users, apart from everything. A run is started once and looked at again and again; nobody waits for
 * its end. Contract: test/contract/runner.contract.ts.
 */
import type { RunChange } from "../schema/change.ts";
import type { Remote } from "./git-port.ts";
import type { Key } from "./ports.ts";

/** What is to run, on which files. */
export interface Run {
  /** Lower-case hex, 32 characters: the same input and attempt, the same id. A run that is there is not started again. */
  readonly id: string;
  /** The ChangeProposal that asks for it: with it, all that is left of the run goes. */
  readonly owner: Key & { readonly uid: string };
  readonly wish: RunChange;
  /** Files that it begins with: those of this commit. */
  readonly remote: Remote;
  readonly commit: string;
}

/** A file that a run changed. */
export interface RunFile {
  readonly path: string;
  /** Undefined where it was removed. For a link, where it leads to. */
  readonly content: Uint8Array | undefined;
  readonly mode: "File" | "Executable" | "Link";
}

/** - `CommandFailed`: it ended with another code than 0, or by a signal of its own
 *  - `OutOfMemory`, `TimedOut`, `OutputTooLarge`: beyond a limit, so it was stopped
 *  - `RunUnschedulable`, `ImageUnavailable`: it could not begin for longer than its time limit
 *  - `IsolationUnavailable`: it cannot be kept apart here as it asks for, so it was not started
 *  - `ResultInvalid`: it left what git cannot hold, such as a socket or a name that is not UTF-8
 */
export type RunFailure =
  | "CommandFailed"
  | "OutOfMemory"
  | "TimedOut"
  | "OutputTooLarge"
  | "RunUnschedulable"
  | "ImageUnavailable"
  | "IsolationUnavailable"
  | "ResultInvalid";

/** Where a run stands. */
export type RunState =
  /** `message` says what it waits for: a place, a node, its end. */
  | { readonly is: "pending"; readonly message: string; readonly startedAt: Date | undefined }
  | {
      readonly is: "succeeded";
      readonly files: readonly RunFile[];
      /** How it was kept apart, in a few words. */
      readonly isolation: string;
      readonly startedAt: Date;
      readonly finishedAt: Date;
    }
  | { readonly is: "failed"; readonly reason: RunFailure; readonly message: string; readonly log: string }
  /** It was stopped from outside, or its result got lost: nothing is known against it, and it may be tried again. */
  | { readonly is: "lost"; readonly message: string };

export interface Runner {
  /** Starts the run unless it is there, and says where it stands. Rejects only where it cannot find out. */
  look(run: Run, signal: AbortSignal): Promise<RunState>;
  /** Stops the run if it is under way, and forgets it with everything. Does nothing when there is none. */
  discard(run: Pick<Run, "id" | "owner">, signal: AbortSignal): Promise<void>;
}
