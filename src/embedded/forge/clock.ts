/** The only source of time. Structurally the same as the reconcilers' clock, so one fake moves both. */
export interface Clock {
  now(): Date;
}

/** GitHub's timestamps: UTC, whole seconds. */
export const timestamp = (clock: Clock): string => `${clock.now().toISOString().slice(0, 19)}Z`;
