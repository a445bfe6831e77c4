import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Status, Steering, Tip } from "./observed.ts";

/** What has to be known to follow a wish. */
export interface Circumstances {
  readonly now: Date;
  readonly proposal: ChangeProposal;
  readonly fingerprint: string;
  /** What the pull request proposes; undefined where there is none of ours. */
  readonly shows: string | undefined;
  readonly tip: Tip;
}

/** What people want so far, as their words are gone through one by one. */
export interface Wishes {
  readonly steering: Steering;
  /** A no that was said now. */
  readonly no: Status["declined"];
  /** Refusals are to be forgotten. */
  readonly retried: boolean;
  /** Wishes by annotation that cannot be followed, and why. */
  readonly complaints: readonly string[];
}

/** The signature of whoever steers by annotation: the API server does not tell us more. */
export const byAnnotation = "kubectl";

/** Takes a field out, or sets it. */
export function withField<K extends keyof Steering>(
  steering: Steering,
  field: K,
  value: Steering[K] | undefined,
): Steering {
  const { [field]: _, ...rest } = steering;
  return (value === undefined ? rest : { ...rest, [field]: value }) as Steering;
}

/** A moment as status keeps it. */
export const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
