import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "../access.ts";
import type { Forge } from "../forge.ts";
import { branchOf, type RefChange } from "../ref/change.ts";
import type { Repository } from "../store/record.ts";

/**
 * Git runs it once for each ref of a push, when the pushed objects can be read. It decides nothing: what to refuse, and
 * which refs may only go forward, the forge has said in two variables. Its words reach the person as `remote:` lines.
 */
const script = `#!/bin/sh
while IFS='	' read -r ref reason; do
  if [ "$ref" = "$1" ]; then
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: $reason" >&2
    exit 1
  fi
done <<END
$FORGE_REFUSED
END
case " $FORGE_FORWARD_ONLY " in
*" $1 "*)
  if ! git merge-base --is-ancestor "$2" "$3"; then
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Cannot force-push to this branch" >&2
    exit 1
  fi
  ;;
esac
`;

/** What git needs to hold a push to the rules: more arguments and variables; none where no rule is concerned. */
export interface Guard {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Writes the hook below the forge's folder; gives the folder that `core.hooksPath` must name. */
export function installUpdateHook(folder: string): string {
  const hooks = join(folder, "hooks");
  mkdirSync(hooks, { recursive: true });
  writeFileSync(join(hooks, "update"), script, { mode: 0o755 });
  return hooks;
}

/** Turns the rules of the branches in a push into a guard. */
export function guardOf(
  forge: Forge,
  hooks: string,
  push: { readonly repository: Repository; readonly caller: Caller; readonly changes: readonly RefChange[] },
): Guard {
  const refused: string[] = [];
  const forwardOnly: string[] = [];
  for (const { ref, before, after } of push.changes) {
    const branch = branchOf(ref);
    if (branch === undefined) continue;
    const rule = forge.rules.push(push.repository, branch, push.caller);
    const reason = rule.refuse ?? (after === null && !rule.deletion ? "Cannot delete this branch" : undefined);
    if (reason !== undefined) refused.push(`${ref}\t${reason.replace(/\s+/g, " ")}`);
    else if (before !== null && after !== null && !rule.forcePush) forwardOnly.push(ref);
  }
  if (refused.length + forwardOnly.length === 0) return { args: [], environment: {} };
  return {
    args: ["-c", `core.hooksPath=${hooks}`],
    environment: { FORGE_REFUSED: refused.join("\n"), FORGE_FORWARD_ONLY: forwardOnly.join(" ") },
  };
}
