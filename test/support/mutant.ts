import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The project with one guard taken out: a suite that does not notice proves nothing. */
export interface Mutant {
  /** What is taken out. */
  readonly guard: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** How a program ended. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `node program args` in a copy of the project in which the mutant is applied. Throws where its text is not to be found once. */
export async function runMutant(
  { file, from, to }: Mutant,
  [program, ...args]: readonly [string, ...string[]],
  timeoutMs: number,
): Promise<Ran> {
  const copy = mkdtempSync(join(tmpdir(), "millrace-mutant-"));
  try {
    for (const part of ["src", "test", "crds", "package.json", "tsconfig.json"])
      cpSync(part, join(copy, part), { recursive: true });
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
    const source = readFileSync(join(copy, file), "utf8");
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold ${JSON.stringify(from)} exactly once`);
    writeFileSync(
      join(copy, file),
      source.replace(from, () => to),
    );
    return await run(copy, [program, ...args], timeoutMs);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function run(cwd: string, args: readonly string[], timeout: number): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd,
      timeout,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", fail);
    child.on("close", (code) => done({ code, output }));
  });
}
