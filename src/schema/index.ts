import { ChangeProposal } from "./change-proposal.ts";
import { Forge } from "./forge.ts";
import type { Kind } from "./kind.ts";
import { Operation } from "./operation.ts";
import { Release } from "./release.ts";
import { ReleasePlan } from "./release-plan.ts";
import { ReleaseTrain } from "./release-train.ts";
import { Repository } from "./repository.ts";
import { RunRecord } from "./run-record.ts";

/** Every kind, in the order in which a person meets them. */
export const kinds: readonly Kind[] = [
  Forge,
  Repository,
  Operation,
  ChangeProposal,
  Release,
  ReleasePlan,
  ReleaseTrain,
  RunRecord,
];
