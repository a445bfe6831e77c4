import type { Repository } from "../../../schema/repository.ts";
import type { Forges } from "../../forge-port.ts";
import type { Lookup } from "../../ports.ts";

/** How the checks of a repository's base branch are doing. */
export interface Health {
  readonly repository: string;
  readonly branch: string;
  /** `none`: no check has ever run there. `unknown`: it cannot be looked at, for the reason in `names`. */
  readonly is: "passed" | "pending" | "failed" | "none" | "unknown";
  /** What it waits for, or what failed. */
  readonly names: readonly string[];
}

/** Looks at the checks of the heads of these base branches. Rejects with a ForgeError where a forge does not answer. */
export async function lookAtHealth(
  repositories: readonly Repository[],
  world: { readonly lookup: Lookup; readonly forges: Forges },
  signal: AbortSignal,
): Promise<readonly Health[]> {
  void [repositories, world, signal];
  return [];
}
