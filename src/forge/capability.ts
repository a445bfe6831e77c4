import type { Capabilities } from "../reconcilers/forge-port.ts";

/** The account under which GitHub Actions runs with its own token. */
const actions = "github-actions[bot]";

/**
 * What GitHub can do for a credential. Whether a repository has auto-merge or a queue is for the repository to say:
 * `handOver` gives the forge's word where it has not.
 */
export const capabilitiesOf = (startsChecks: boolean | undefined): Capabilities => ({
  autoMerge: true,
  mergeQueue: true,
  reviewers: true,
  startsChecks,
});

/** An installation of an App is behind the token: of the reader's own, or of Actions, which lends its own to each job. */
export const isInstallationToken = (token: string): boolean => token.startsWith("ghs_");

/**
 * Whether pushes and pull requests under this token start checks. GitHub ignores what Actions does with its own token,
 * so that no workflow starts itself, and nobody else's. `login` where it is known already.
 */
export function startsChecks(token: string, login: string | undefined): boolean | undefined {
  // Tokens of people: classic, fine-grained, by an OAuth App, by a GitHub App.
  if (/^(ghp|gho|ghu|github_pat)_/.test(token)) return true;
  if (login === undefined || !isInstallationToken(token)) return undefined;
  return login !== actions;
}
