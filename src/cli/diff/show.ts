import type { Planned } from "./planner.ts";

const codes = { bold: 1, red: 31, green: 32, cyan: 36 } as const;
type Paint = (text: string, how: keyof typeof codes) => string;

const painted: Paint = (text, how) => `\u001b[${codes[how]}m${text}\u001b[0m`;
const plain: Paint = (text) => text;

/** A plan as people read it: the change, what would be sent, and where that leads. */
export function showPlan({ namespace, name, repository, diff, calls, finding }: Planned, colour: boolean): string {
  const paint = colour ? painted : plain;
  const title = paint(`ChangeProposal ${namespace}/${name}, Repository ${repository}`, "bold");
  const change =
    diff === ""
      ? ""
      : `\n${diff
          .trimEnd()
          .split("\n")
          .map((line) => paintLine(line, paint))
          .join("\n")}\n`;
  const sent =
    calls.length === 0
      ? "\nNothing would be sent.\n"
      : `\nWould be sent:\n${calls.map((each) => `  ${each}\n`).join("")}`;
  return `${title}\n${change}${sent}Then ${finding.reason}: ${finding.message}.\n`;
}

function paintLine(line: string, paint: Paint): string {
  if (/^(diff |index |--- |\+\+\+ |(new|deleted|old) |similarity |rename )/.test(line)) return paint(line, "bold");
  if (line.startsWith("@@")) return paint(line, "cyan");
  if (line.startsWith("+")) return paint(line, "green");
  return line.startsWith("-") ? paint(line, "red") : line;
}
