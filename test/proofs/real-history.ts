import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { LogEntry } from "../../src/reconcilers/git-port.ts";
import { parseVersion } from "../../src/sequencer/version.ts";
import { git } from "../support/git-server.ts";

/** Two releases of one component that follow on each other, and the commits between them, the newest first. */
export interface Step {
  /** What people call it: repository, and tag. */
  readonly title: string;
  readonly directory: string;
  readonly component: string;
  readonly from: Tag;
  readonly to: Tag;
  readonly commits: readonly LogEntry[];
}

export interface Tag {
  readonly name: string;
  readonly component: string;
  readonly version: string;
  readonly sha: string;
}

/** The repositories in a directory: bare ones, clones, or folders that hold either as `repo`. */
export function repositoriesIn(directory: string): readonly { readonly name: string; readonly directory: string }[] {
  const below = readdirSync(directory).map((name) => join(directory, name));
  return below
    .flatMap((path) => [path, join(path, ".git"), join(path, "repo")])
    .filter((path) => existsSync(join(path, "HEAD")) && existsSync(join(path, "objects")))
    .map((path) => ({
      name: basename(["repo", ".git"].includes(basename(path)) ? dirname(path) : path),
      directory: path,
    }));
}

/** All releases of a repository that follow on another one by history. */
export function stepsOf({ name, directory }: { readonly name: string; readonly directory: string }): readonly Step[] {
  const tags = tagsOf(directory);
  return [...new Set(tags.map(({ component }) => component))].flatMap((component) => {
    const all = tags.filter((each) => each.component === component);
    return all.flatMap((to, at): Step[] => {
      const from = all.slice(0, at).findLast((each) => isAncestor(directory, each.sha, to.sha));
      if (!from || from.sha === to.sha) return [];
      const commits = logOf(directory, from.sha, to.sha);
      return [{ title: `${name} ${to.name}`, directory, component, from, to, commits }];
    });
  });
}

/** Tags with a version, by the time of the commit; those of one component have the same words before it. */
function tagsOf(directory: string): readonly Tag[] {
  const format = "%(creatordate:unix) %(objectname) %(*objectname) %(refname:short)";
  const lines = git(directory, ["for-each-ref", "--sort=creatordate", `--format=${format}`, "refs/tags"]).split("\n");
  return lines.flatMap((line): Tag[] => {
    const [, oid = "", peeled = "", tag = ""] = line.split(" ");
    const found = /^(?<component>.*?)[-/@]?v?(?<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(tag)?.groups;
    const version = found?.["version"];
    if (version === undefined || !parseVersion(version)) return [];
    return [{ name: tag, component: found!["component"]!, version, sha: peeled || oid }];
  });
}

function isAncestor(directory: string, old: string, young: string): boolean {
  return git(directory, ["rev-list", "--max-count=1", old, `^${young}`]) === "";
}

/** Commits with their paths, as Git.log gives them. */
function logOf(directory: string, from: string, to: string): readonly LogEntry[] {
  const args = ["log", "--topo-order", "--format=%x00%x01%H%x00%P%x00%B", "-z", "--name-only", "--no-renames"];
  const text = git(directory, [...args, "--diff-merges=first-parent", to, `^${from}`, "--"]);
  return text
    .split("\0\x01")
    .slice(1)
    .map((entry) => {
      const [sha = "", parents = "", message = "", ...paths] = entry.split("\0");
      const named = paths.map((path, at) => (at === 0 ? path.replace(/^\n/, "") : path)).filter(Boolean);
      return { sha, message, parents: parents.split(" ").filter(Boolean), paths: named };
    });
}
