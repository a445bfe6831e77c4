import type { Command } from "./command.ts";

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
};

/** What `millrace help` says. */
export const overview = (commands: readonly Command[], version: string): string => `millrace ${version}
Keeps a fleet of git repositories in the state you declare, through pull requests.

Usage: millrace COMMAND [OPTIONS]

${columns(commands.map(({ name, summary }) => [name, summary]))}

New here? \`millrace demo\` shows the main job on this machine in a minute, without an account.
\`millrace help COMMAND\` says more about each.

Exit codes: 0 done, 1 tried and failed, 2 wrong usage, 3 something outside is missing, 130 interrupted.
`;

/** What `millrace help COMMAND` says. */
export function helpOf({ name, operands = "", summary, help, options }: Command): string {
  const rows = [
    ...options.map(({ usage, short, doc }) => [short ? `-${short}, ${usage}` : usage, doc] as const),
    ["--help", "Say this."] as const,
  ];
  return `millrace ${name}: ${summary}

Usage: millrace ${[name, "[OPTIONS]", operands].filter(Boolean).join(" ")}

${columns(rows)}

${help.trim()}
`;
}
