import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import type { ApiServer } from "../../../src/embedded/apiserver/server.ts";

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a kubeconfig for a server, and how to run programs with it. */
export interface Shell {
  /** Runs a program to its end; `input` is what it reads. */
  run(program: string, args: readonly string[], input?: string): Promise<Outcome>;
  /** Runs a program until it has printed so many lines, and ends it. */
  follow(program: string, args: readonly string[], lines: number): Promise<string[]>;
  /** Writes a file beside the kubeconfig, and gives its path. */
  file(name: string, text: string): string;
}

/** The environment's programs, those of `KUBEBUILDER_ASSETS` after them. */
const path = [process.env["PATH"], process.env["KUBEBUILDER_ASSETS"]].filter(Boolean).join(delimiter);

export function shell(context: TestContext, server: ApiServer): Shell {
  const folder = mkdtempSync(join(tmpdir(), "millrace-kubectl-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string): string => {
    const at = join(folder, name);
    writeFileSync(at, text);
    return at;
  };
  const KUBECONFIG = file("kubeconfig", server.kubeconfig);
  const env = { PATH: path, HOME: folder, KUBECONFIG };
  return {
    file,
    async follow(program, args, lines) {
      const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
      context.after(() => child.kill("SIGKILL"));
      const printed: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        printed.push(line);
        if (printed.length === lines) break;
      }
      child.kill();
      return printed;
    },
    run: (program, args, input) =>
      new Promise((resolve) => {
        const child = execFile(program, args, { env, timeout: 30_000 }, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
        });
        child.stdin?.end(input);
      }),
  };
}

/** Whether a program can be run. */
export function has(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ["--help"], { env: { PATH: path, HOME: tmpdir() } }, (error) =>
      resolve(error?.code !== "ENOENT"),
    );
  });
}
