import { startApps } from "./app/part.ts";
import type { Forge } from "./forge.ts";
import { startHooks } from "./hooks/part.ts";
import { startMerging } from "./pull/merging.ts";

/** A part of the forge that does something of its own while it runs, such as sending webhooks. */
export interface Part {
  /** Called once the forge has recovered from its last death: before it, others may still be told of what happened then. */
  begin?(): void;
  /** Stops at once and leaves nothing behind: timers, sockets, promises. */
  close(): Promise<void>;
}

/** Starts a part when the forge has its address and its state, before it recovers and answers the first request. */
export type StartPart = (forge: Forge) => Part;

/** The parts of every forge. */
export const parts: readonly StartPart[] = [startHooks, startApps, startMerging];
