/** What a host allows one credential. */
export interface Limits {
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
  readonly pointsPerMinute: number;
  readonly graphqlPointsPerMinute: number;
  /** Milliseconds of the host's processor in a minute. */
  readonly serviceMsPerMinute: number;
  readonly inFlight: number;
}

/** What we take of GitHub's, from its page on rate limits for the REST API. */
export const githubLimits: Limits = {
  contentPerMinute: 80,
  contentPerHour: 500,
  pointsPerMinute: 900,
  graphqlPointsPerMinute: 2_000,
  serviceMsPerMinute: 90_000,
  // Half of what GitHub takes: a process that was killed may leave as many under way to who follows it.
  inFlight: 50,
};

/** Gitea's and Forgejo's, which have no limits of their own: only as many requests at once as one server bears. */
export const giteaLimits: Limits = {
  contentPerMinute: Number.POSITIVE_INFINITY,
  contentPerHour: Number.POSITIVE_INFINITY,
  pointsPerMinute: Number.POSITIVE_INFINITY,
  graphqlPointsPerMinute: Number.POSITIVE_INFINITY,
  serviceMsPerMinute: Number.POSITIVE_INFINITY,
  inFlight: 20,
};
