import type { Edit } from "../../../schema/edit.ts";
import { below, type Keeping, readData, settings } from "./site.ts";

/** `package.json` and its kin, and the lock files that repeat it. */
export const node: Keeping = async (site) => {
  const { directory, version } = site;
  const edits: Edit[] = [];
  for (const name of ["package.json", "deno.json", "jsr.json"]) {
    const path = below(site, name);
    edits.push(...settings(path, await readData(site, path), [["version"]], version));
  }
  if (edits.length === 0) return [];
  for (const name of ["package-lock.json", "npm-shrinkwrap.json"]) {
    const path = below(site, name);
    edits.push(...settings(path, await readData(site, path), [["version"], ["packages", "", "version"]], version));
  }
  if (directory === "") return edits;
  // A workspace has one lock, at the root.
  const lock = await readData(site, "package-lock.json");
  return [...edits, ...settings("package-lock.json", lock, [["packages", directory, "version"]], version)];
};
