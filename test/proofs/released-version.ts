import { isWithin } from "../../src/reconcilers/release/rule.ts";
import { changesOf } from "../../src/sequencer/release/change.ts";
import { nextVersion, parseReleaseVersion } from "../../src/sequencer/release/next-version.ts";
import { git } from "../support/git-server.ts";
import type { Step } from "./real-history.ts";

/** What of a configuration of release-please decides about versions. */
interface Rules {
  readonly component?: string;
  readonly "package-name"?: string;
  readonly "exclude-paths"?: readonly string[];
  readonly "bump-minor-pre-major"?: boolean;
  readonly "bump-patch-for-minor-pre-major"?: boolean;
}

interface Config extends Rules {
  readonly packages?: Readonly<Record<string, Rules>>;
}

/**
 * The version that we give to what was released, by the repository's own configuration of release-please at that time.
 * Undefined where there is none about it, and for pre-releases, whose end is not to be seen in commits.
 */
export function versionOf({ directory, component, from, to, commits }: Step): string | undefined {
  const config = configAt(directory, to.sha);
  const found = Object.entries(config?.packages ?? {}).find(([path, rules]) => nameOf(path, rules) === component);
  if (!config || !found || [from, to].some(({ version }) => version.includes("-"))) return undefined;
  const [path, own] = found;
  const rules = { ...config, ...own };
  const where = { path: path === "." ? undefined : path, excludePaths: rules["exclude-paths"] ?? [] };
  const changes = changesOf(commits.filter(({ paths }) => paths.some((each) => isWithin(each, where))));
  const next = nextVersion(parseReleaseVersion(from.version)!, changes, {
    strategy: "Default",
    minorForBreakingBelowOne: rules["bump-minor-pre-major"] ?? false,
    patchForFeatureBelowOne: rules["bump-patch-for-minor-pre-major"] ?? false,
  });
  return next.is === "version" ? next.version : `none: ${next.message}`;
}

/** What stands before the version in the tags of a package: nothing for the root. */
function nameOf(path: string, rules: Rules): string {
  if (path === ".") return "";
  return rules.component ?? (rules["package-name"] || path).split("/").at(-1)!;
}

function configAt(directory: string, sha: string): Config | undefined {
  const listed = git(directory, ["ls-tree", "--name-only", sha, "release-please-config.json"]);
  return listed === "" ? undefined : (JSON.parse(git(directory, ["show", `${sha}:${listed}`])) as Config);
}
