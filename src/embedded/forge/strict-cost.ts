import type { StrictCost } from "./strict-account.ts";

/** A request as the rules see it. `path` starts after the API's root. */
export interface StrictAsk {
  readonly method: string;
  readonly path: string;
  /** Whether a GraphQL request changes something. */
  readonly isMutation?: boolean;
}

/** Milliseconds of processor that a request is taken to cost, since nobody outside of GitHub knows. */
export type CpuMs = (ask: StrictAsk) => number;

const nominalCpuMs: CpuMs = ({ method, isMutation }) => (isRead(method) || isMutation === false ? 20 : 80);

/**
 * What GitHub's description marks as triggering notifications: the reference of each warns that creating content too
 * quickly by it is limited.
 */
const content = [
  /^POST \/orgs\/[^/]+\/invitations$/,
  /^DELETE \/orgs\/[^/]+\/invitations\/[^/]+$/,
  /^PUT \/repos\/[^/]+\/[^/]+\/collaborators\/[^/]+$/,
  /^POST \/repos\/[^/]+\/[^/]+\/(commits\/[^/]+\/comments|issues|pulls|releases)$/,
  /^POST \/repos\/[^/]+\/[^/]+\/issues\/[^/]+\/(comments|dependencies\/blocked_by|issue-field-values)$/,
  /^PUT \/repos\/[^/]+\/[^/]+\/issues\/[^/]+\/issue-field-values$/,
  /^PATCH \/repos\/[^/]+\/[^/]+\/issues\/[^/]+\/sub_issues\/priority$/,
  /^DELETE \/repos\/[^/]+\/[^/]+\/issues\/[^/]+\/(sub_issue|(dependencies\/blocked_by|issue-field-values)\/[^/]+)$/,
  /^POST \/repos\/[^/]+\/[^/]+\/pulls\/[^/]+\/(comments(\/[^/]+\/replies)?|requested_reviewers|reviews)$/,
  /^PUT \/repos\/[^/]+\/[^/]+\/pulls\/[^/]+\/merge(-async)?$/,
];

/** What a request costs. */
export function strictCostOf(ask: StrictAsk, cpuMs: CpuMs = nominalCpuMs): StrictCost {
  const { method, path, isMutation = true } = ask;
  if (path.endsWith("/graphql"))
    return { graphql: true, points: isMutation ? 5 : 1, content: false, cpuMs: cpuMs(ask) };
  const isContent = content.some((each) => each.test(`${method} ${path}`));
  return { graphql: false, points: isRead(method) ? 1 : 5, content: isContent, cpuMs: cpuMs(ask) };
}

const isRead = (method: string): boolean => method === "GET" || method === "HEAD" || method === "OPTIONS";
