import { audit } from "./command/audit.ts";
import { controller } from "./command/controller.ts";
import { crds } from "./command/crds.ts";
import { demo } from "./command/demo.ts";
import { diff } from "./command/diff.ts";
import { graph } from "./command/graph.ts";
import { plan } from "./command/plan.ts";
import { proposal } from "./command/proposal.ts";
import { retry } from "./command/retry.ts";
import { rollback } from "./command/rollback.ts";
import { runner } from "./command/runner.ts";
import { up } from "./command/up.ts";
import { version } from "./command/version.ts";
import { why } from "./command/why.ts";
import type { Command } from "./command.ts";

/** Every command, in the order of `millrace help`. */
export const commands: readonly Command[] = [
  demo,
  up,
  controller,
  graph,
  plan,
  retry,
  rollback,
  diff,
  proposal,
  why,
  audit,
  crds,
  runner,
  version,
];
