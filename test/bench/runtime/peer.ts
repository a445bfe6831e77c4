import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The peer's program, built. */
export interface Peer {
  readonly program: string;
  /** As `sigs.k8s.io/controller-runtime v1.2.3`. */
  readonly version: string;
  remove(): void;
}

/** Builds controller-runtime's contestant from the shared folder; a text says why there is none. */
export async function buildPeer(): Promise<Peer | string> {
  const shared = join(process.env["MILLRACE_SHARED"] ?? "../shared", "peers/controller-runtime");
  if (!existsSync(join(shared, "go.mod"))) return `no peer in ${shared} (MILLRACE_SHARED)`;
  const folder = mkdtempSync(join(tmpdir(), "millrace-peer-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // Also when the bench is interrupted.
  process.once("exit", remove);
  const source = join(folder, "source");
  const program = join(folder, "controller");
  try {
    cpSync(shared, source, { recursive: true });
    const env = { ...process.env, CGO_ENABLED: "0" };
    await promisify(execFile)("go", ["build", "-trimpath", "-o", program, "./controller"], { cwd: source, env });
    const [version = ""] =
      /sigs\.k8s\.io\/controller-runtime v\S+/.exec(readFileSync(join(source, "go.mod"), "utf8")) ?? [];
    return { program, version, remove };
  } catch (error) {
    remove();
    return `the peer was not built: ${error instanceof Error ? error.message.slice(0, 300) : error}`;
  }
}
