/** A line of a file's diff. */
export interface DiffLine {
  readonly line: number;
  readonly side: "LEFT" | "RIGHT";
}

/** Where a line stands in a diff. */
export interface HunkPlace {
  /** The hunk from its header down to the line. */
  readonly hunk: string;
  /** Lines below the first hunk's header, later headers counted, as GitHub's `position` has it. */
  readonly position: number;
}

/** Finds a line in a file's patch; undefined where the diff does not show it. */
export function placeInPatch(patch: string, wanted: DiffLine): HunkPlace | undefined {
  return walk(patch, (at) => at[wanted.side] === wanted.line);
}

/** The line that a `position` names; undefined where the patch is shorter. */
export function lineAtPosition(patch: string, position: number): DiffLine | undefined {
  let found: DiffLine | undefined;
  walk(patch, ({ LEFT, RIGHT, position: here }) => {
    if (here !== position) return false;
    const side = RIGHT === undefined ? "LEFT" : "RIGHT";
    const line = RIGHT ?? LEFT;
    if (line !== undefined) found = { line, side };
    return true;
  });
  return found;
}

interface Step {
  readonly LEFT: number | undefined;
  readonly RIGHT: number | undefined;
  readonly position: number;
}

function walk(patch: string, stops: (step: Step) => boolean): HunkPlace | undefined {
  let hunk: string[] = [];
  let [left, right] = [0, 0];
  for (const [position, text] of patch.split("\n").entries()) {
    const header = /^@@ -(?<left>\d+)(?:,\d+)? \+(?<right>\d+)(?:,\d+)? @@/.exec(text);
    if (header) {
      hunk = [];
      left = Number(header.groups!["left"]);
      right = Number(header.groups!["right"]);
    }
    hunk.push(text);
    const mark = header ? "@" : text[0];
    const LEFT = mark === "-" || mark === " " ? left++ : undefined;
    const RIGHT = mark === "+" || mark === " " ? right++ : undefined;
    if (stops({ LEFT, RIGHT, position })) return { hunk: hunk.join("\n"), position };
  }
  return undefined;
}
