import type { Clock } from "../../reconcilers/ports.ts";
import type { Registry } from "./resource/registry.ts";
import type { Store } from "./store/store.ts";

/** What the server asks of a clock. */
export type WallClock = Pick<Clock, "now">;

/** The state that every request works on. */
export interface Cluster {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: WallClock;
}
