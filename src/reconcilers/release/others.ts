import { Release } from "../../schema/release.ts";
import type { Lookup } from "../ports.ts";

const underWay: readonly unknown[] = ["Proposing", "AwaitingMerge", "Tagging", "Publishing", "Verifying"];

/** Whether a release has begun, and is not through. */
const isUnderWay = ({ status, spec }: Release): boolean => underWay.includes(status?.phase) && !spec.suspend;

/**
 * Another release of the same line that is under way: two at once would propose the same commits twice. Who has begun goes on; of two that
 * begin together the older one does.
 */
export function otherUnderWay(release: Release, lookup: Lookup): Release | undefined {
  const { repositoryRef, library, branch } = release.spec;
  const others = lookup
    .list(Release, release.metadata.namespace)
    .filter(
      ({ metadata, spec }) =>
        metadata.uid !== release.metadata.uid &&
        spec.repositoryRef.name === repositoryRef.name &&
        spec.library === library &&
        spec.branch === branch,
    )
    .filter(isUnderWay);
  return isUnderWay(release) ? others.find((other) => isBefore(other, release)) : others[0];
}

function isBefore({ metadata: one }: Release, { metadata: other }: Release): boolean {
  const [a, b] = [one, other].map(({ creationTimestamp = "", name }) => `${creationTimestamp} ${name}`) as [
    string,
    string,
  ];
  return a < b;
}
