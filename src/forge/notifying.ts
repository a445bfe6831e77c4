/** Writes of which GitHub's description says that they trigger notifications, and that their speed is limited therefore. */
const notifying: Readonly<Record<string, readonly string[]>> = {
  POST: [
    "/orgs/*/invitations",
    "/repos/*/*/commits/*/comments",
    "/repos/*/*/issues",
    "/repos/*/*/issues/*/comments",
    "/repos/*/*/issues/*/dependencies/blocked_by",
    "/repos/*/*/issues/*/issue-field-values",
    "/repos/*/*/pulls",
    "/repos/*/*/pulls/*/comments",
    "/repos/*/*/pulls/*/comments/*/replies",
    "/repos/*/*/pulls/*/requested_reviewers",
    "/repos/*/*/pulls/*/reviews",
    "/repos/*/*/releases",
  ],
  PUT: [
    "/repos/*/*/collaborators/*",
    "/repos/*/*/issues/*/issue-field-values",
    "/repos/*/*/pulls/*/merge",
    "/repos/*/*/pulls/*/merge-async",
  ],
  PATCH: ["/repos/*/*/issues/*/sub_issues/priority"],
  DELETE: [
    "/orgs/*/invitations/*",
    "/repos/*/*/issues/*/dependencies/blocked_by/*",
    "/repos/*/*/issues/*/issue-field-values/*",
    "/repos/*/*/issues/*/sub_issue",
  ],
};

const patterns = new Map(
  Object.entries(notifying).map(([method, templates]) => [
    method,
    templates.map((template) => new RegExp(`^${template.replaceAll("*", "[^/]+")}$`)),
  ]),
);

/** Whether people are told of it. `path` starts after the API's root. */
export const notifies = (method: string, path: string): boolean =>
  patterns.get(method)?.some((pattern) => pattern.test(path)) ?? false;
