import type { Forge, Slug } from "../forge-port.ts";
import type { Git, Remote } from "../git-port.ts";
import type { Runner } from "../runner-port.ts";
import type { Scalars } from "../yaml/scalars.ts";

/** What one turn works with: the way to the repository, and what it needs there. */
export interface Hands {
  readonly host: Forge;
  readonly at: Slug;
  readonly remote: Remote;
  readonly git: Git;
  readonly scalars: Scalars;
  /** Undefined where this installation runs no commands. */
  readonly runner: Runner | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
}
