import { cut } from "../../src/git/diff.ts";
import type { Diff } from "../../src/reconcilers/git-port.ts";
import { blobId, type FileMode, type Files, modeOf } from "./git-objects.ts";

type Line = readonly [" " | "-" | "+", string];

const gitModes: Readonly<Record<FileMode, string>> = { File: "100644", Executable: "100755", Link: "120000" };
const context = 3;

/** How two trees differ, as `git diff --no-renames` says it. */
export function diffFiles(from: Files, to: Files, most: number): Diff {
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const changed = paths.filter((path) => !isSame(from.get(path), to.get(path)));
  const told = changed.map((path) => tell(path, from.get(path), to.get(path)));
  const text = Buffer.from(told.map(({ patch }) => patch).join(""));
  return { files: told.map(({ path, added, removed }) => ({ path, added, removed })), text: cut(text, most) };
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (!!a && !!b && Buffer.compare(a, b) === 0 && modeOf(a) === modeOf(b));

function tell(path: string, old: Uint8Array | undefined, young: Uint8Array | undefined) {
  const [was, is] = [old && gitModes[modeOf(old)], young && gitModes[modeOf(young)]];
  const ids = [old, young].map((content) => (content ? blobId(content) : "0".repeat(40)).slice(0, 10));
  const isBinary = [old, young].some((content) => content?.includes(0));
  const lines = isBinary ? [] : compare(linesOf(old), linesOf(young));
  const head = [
    `diff --git a/${path} b/${path}`,
    ...(was && is && was !== is ? [`old mode ${was}`, `new mode ${is}`] : []),
    ...(was ? [] : [`new file mode ${is}`]),
    ...(is ? [] : [`deleted file mode ${was}`]),
    ...(ids[0] === ids[1] ? [] : [`index ${ids[0]}..${ids[1]}${was === is ? ` ${is}` : ""}`]),
  ];
  const names = [old ? `a/${path}` : "/dev/null", young ? `b/${path}` : "/dev/null"];
  const hunks = hunksOf(lines);
  if (isBinary) head.push(`Binary files ${names[0]} and ${names[1]} differ`);
  else if (hunks.length > 0) head.push(`--- ${names[0]}`, `+++ ${names[1]}`);
  const count = (mark: string): number => lines.filter(([each]) => each === mark).length;
  return {
    path,
    added: count("+"),
    removed: count("-"),
    patch: [...head, ...hunks].map((line) => `${line}\n`).join(""),
  };
}

/** Lines without their newline; one that lacks it says so as git does. */
function linesOf(content: Uint8Array | undefined): string[] {
  const lines = Buffer.from(content ?? [])
    .toString("utf8")
    .split("\n");
  const last = lines.pop();
  return last ? [...lines, `${last}\n\\ No newline at end of file`] : lines;
}

/** A shortest way from one to the other, removals first. What is equal at the beginning and at the end is not searched. */
function compare(old: readonly string[], young: readonly string[]): Line[] {
  let before = 0;
  while (before < Math.min(old.length, young.length) && old[before] === young[before]) before++;
  let after = 0;
  while (after < Math.min(old.length, young.length) - before && old.at(-1 - after) === young.at(-1 - after)) after++;
  const same = (lines: readonly string[]): Line[] => lines.map((line) => [" ", line]);
  const middle = search(old.slice(before, old.length - after), young.slice(before, young.length - after));
  return [...same(old.slice(0, before)), ...middle, ...same(old.slice(old.length - after))];
}

function search(old: readonly string[], young: readonly string[]): Line[] {
  const longest = commonLengths(old, young);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < young.length) {
    const [mine, yours] = [old[i], young[j]];
    if (mine !== undefined && mine === yours) {
      lines.push([" ", mine]);
      [i, j] = [i + 1, j + 1];
    } else if (mine !== undefined && (longest[i + 1]![j] ?? 0) >= (longest[i]![j + 1] ?? 0)) {
      lines.push(["-", mine]);
      i += 1;
    } else {
      lines.push(["+", yours!]);
      j += 1;
    }
  }
  return lines;
}

/** Lengths of the longest common subsequences of what follows each pair of lines. */
function commonLengths(old: readonly string[], young: readonly string[]): Uint32Array[] {
  const longest = Array.from({ length: old.length + 1 }, () => new Uint32Array(young.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = young.length - 1; j >= 0; j--)
      longest[i]![j] =
        old[i] === young[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  return longest;
}

function hunksOf(lines: readonly Line[]): string[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(([mark]) => mark !== " "),
  );
  const text: string[] = [];
  let [old, young] = [1, 1];
  for (let at = 0; at < lines.length; ) {
    const end = near.indexOf(false, at) < 0 ? lines.length : near.indexOf(false, at);
    const hunk = lines.slice(at, end);
    const [removed, added] = [
      hunk.filter(([mark]) => mark !== "+").length,
      hunk.filter(([mark]) => mark !== "-").length,
    ];
    if (hunk.length > 0) text.push(`@@ -${range(old, removed)} +${range(young, added)} @@`);
    text.push(...hunk.map(([mark, line]) => `${mark}${line}`));
    [old, young] = [old + removed, young + added];
    for (at = end; at < lines.length && !near[at]; at++) [old, young] = [old + 1, young + 1];
  }
  return text;
}

const range = (from: number, count: number): string => {
  if (count === 1) return String(from);
  return `${count === 0 ? from - 1 : from},${count}`;
};
