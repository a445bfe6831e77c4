import type { Log } from "../reconcilers/ports.ts";

/** For commands that use parts of the controller: nobody follows their logs, what matters is in what they give. */
export const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };

function nothing(): void {}
