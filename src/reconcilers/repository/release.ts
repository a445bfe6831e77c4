import { compareVersions, type Version, versionOfTag } from "../../sequencer/version.ts";

/** A tag that stands for a version. */
export interface Release {
  readonly version: string;
  readonly tag: string;
  readonly sha: string;
}

/** The highest version among tags that fit the format, pre-releases in their order; undefined when none does. */
export function latestRelease(tags: ReadonlyMap<string, string>, tagFormat: string): Release | undefined {
  let best: { readonly version: Version; readonly tag: string; readonly sha: string } | undefined;
  for (const [tag, sha] of tags) {
    const version = versionOfTag(tag, tagFormat);
    if (!version) continue;
    const order = best ? compareVersions(version, best.version) : 1;
    // Versions that differ in build metadata alone are equal; the name decides, so that the answer is always the same.
    if (order > 0 || (order === 0 && best && tag > best.tag)) best = { version, tag, sha };
  }
  return best && { version: best.version.text, tag: best.tag, sha: best.sha };
}
