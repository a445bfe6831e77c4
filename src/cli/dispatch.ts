import { parseArgs } from "node:util";
import {
  type Command,
  CommandError,
  type Context,
  type ExitCode,
  exitCodes,
  type Option,
  optionName,
  takesValue,
} from "./command.ts";
import { helpOf, overview } from "./help.ts";

type Process = Omit<Context, "options" | "arguments">;

/** Runs the command that the arguments name. Prints help, and errors with the next step; never throws. */
export async function dispatch(
  argv: readonly string[],
  commands: readonly Command[],
  process: Process,
): Promise<ExitCode> {
  try {
    return await run(argv, commands, process);
  } catch (error) {
    if (process.signal.aborted) return exitCodes.interrupted;
    if (!(error instanceof CommandError)) throw error;
    process.error(`millrace: ${error.message}\n`);
    if (error.next) process.error(`  ${error.next}\n`);
    return error.code;
  }
}

async function run(argv: readonly string[], commands: readonly Command[], process: Process): Promise<ExitCode> {
  const [first = "help", ...rest] = argv;
  if (["help", "--help", "-h"].includes(first)) {
    const about = rest[0] === undefined ? undefined : find(rest[0], commands);
    process.out(about ? helpOf(about) : overview(commands, process.version));
    return exitCodes.ok;
  }
  const command = find(first === "--version" ? "version" : first, commands);
  const { options, positionals } = parse(command, rest);
  if (options["help"]) {
    process.out(helpOf(command));
    return exitCodes.ok;
  }
  return command.run({ ...process, options, arguments: positionals });
}

function find(name: string, commands: readonly Command[]): Command {
  const command = commands.find((each) => each.name === name);
  if (command) return command;
  const names = commands.map((each) => each.name).join(", ");
  throw new CommandError(`there is no command ${JSON.stringify(name)}`, {
    code: exitCodes.usage,
    next: `There are: ${names}`,
  });
}

const shortOf = ({ short }: Option): { short?: string } => (short === undefined ? {} : { short });

function parse(command: Command, args: readonly string[]) {
  const declared = command.options.map(
    (option) => [optionName(option), { type: takesValue(option) ? "string" : "boolean", ...shortOf(option) }] as const,
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(declared), help: { type: "boolean" } },
      allowPositionals: command.operands !== undefined,
    });
    return { options: values as Context["options"], positionals };
  } catch (error) {
    throw new CommandError((error as Error).message, { code: exitCodes.usage, next: `millrace help ${command.name}` });
  }
}
