/**
 * Runs the tests of folders and files in this one process: `test-together.ts PATH…`. Most of the time of a quick test is what it takes to
 * start Node.js and to load the project, which is paid once here. For tests that keep nothing but what they make.
 */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const found = process.argv.slice(2).flatMap((path) => {
  if (!statSync(path).isDirectory()) return [path];
  const inside = readdirSync(path, { recursive: true, encoding: "utf8" });
  return inside.filter((name) => name.endsWith(".test.ts")).map((name) => join(path, name));
});
if (found.length === 0) throw new Error("there are no tests");
for (const path of found.sort()) await import(pathToFileURL(resolve(path)).href);
