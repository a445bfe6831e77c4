/** Annotations of a ChangeProposal by which people steer it. A comment `/millrace WORD` on the pull request does the same. */
export const steering = {
  /** The commit of a person that Millrace shall go on from: the branch is ours again as long as its tip is that. */
  adopt: "millrace.dev/adopt",
  /** Why Millrace shall let go of branch and pull request for good. Removed, it takes them up again. */
  release: "millrace.dev/release",
  /** `UNTIL REASON`: no merge and no new push before that moment, RFC 3339. */
  hold: "millrace.dev/hold",
  /** Why this change is not wanted: the pull request is closed, and the no is remembered. */
  reject: "millrace.dev/reject",
  /** Any new value: forget refusals and failed runs, and try again. */
  retry: "millrace.dev/retry",
  /** Any new value: build the change anew on the head of the base branch, whatever `spec.refresh` says. */
  rebase: "millrace.dev/rebase",
} as const;
export type Steer = keyof typeof steering;
