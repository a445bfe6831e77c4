import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePorts } from "./free-ports.ts";

export type Part = "etcd" | "apiserver" | "controllers";

/** A real Kubernetes control plane of the suite's own. */
export interface ControlPlane {
  /** Path of a file with an administrator's credentials. */
  readonly kubeconfig: string;
  readonly url: string;
  readonly token: string;
  /** Path of the certificate that the server's own is signed with. */
  readonly ca: string;
  /** Stops everything and removes every trace. */
  close(): Promise<void>;
  /** Kills a part with signal 9; what it stored stays. */
  kill(part: Part): Promise<void>;
  /** Starts a part that was killed, and waits until it answers. */
  start(part: Part): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Also run the controllers that collect owned objects and finish namespaces. On by default. */
  readonly controllers?: boolean;
}

/** The folder with `etcd`, `kube-apiserver`, `kube-controller-manager` and `kubectl`; undefined when there is none. */
export function assets(): string | undefined {
  const folder = process.env["KUBEBUILDER_ASSETS"];
  return folder !== undefined && existsSync(join(folder, "kube-apiserver")) ? folder : undefined;
}

/** What to tell when tests are skipped for want of a control plane; false when there is one. */
export const missingAssets = (): string | false =>
  assets() === undefined && "KUBEBUILDER_ASSETS names no folder with etcd, kube-apiserver and kubectl";

/** Starts etcd, an API server and its controllers on free ports, in a folder of their own. */
export async function startControlPlane({ controllers = true }: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = assets();
  if (programs === undefined) throw new Error("set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver");
  const plane = new Processes(programs, await layout());
  const parts: readonly Part[] = controllers ? ["etcd", "apiserver", "controllers"] : ["etcd", "apiserver"];
  try {
    for (const part of parts) await plane.start(part);
  } catch (error) {
    await plane.close();
    throw error;
  }
  return plane;
}

interface Layout {
  readonly folder: string;
  readonly etcd: string;
  readonly peers: string;
  readonly port: number;
  readonly token: string;
}

async function layout(): Promise<Layout> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-control-plane-"));
  const [etcd, peers, port] = await freePorts(3);
  const token = randomBytes(16).toString("hex");
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  mkdirSync(join(folder, "certs"));
  writeFileSync(join(folder, "sa.key"), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, "sa.pub"), publicKey);
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return { folder, etcd: `http://127.0.0.1:${etcd}`, peers: `http://127.0.0.1:${peers}`, port: port!, token };
}

/** Ports that were free a moment ago. All are held until the last is known, so that they differ. */
class Processes implements ControlPlane {
  readonly kubeconfig: string;
  readonly url: string;
  readonly token: string;
  readonly ca: string;
  private readonly programs: string;
  private readonly at: Layout;
  private readonly running = new Map<Part, ChildProcess>();

  constructor(programs: string, at: Layout) {
    this.programs = programs;
    this.at = at;
    this.kubeconfig = join(at.folder, "kubeconfig");
    this.ca = join(at.folder, "certs/apiserver.crt");
    this.url = `https://127.0.0.1:${at.port}`;
    this.token = at.token;
  }

  async start(part: Part): Promise<void> {
    const [program, args] = this.command(part);
    const log = openSync(join(this.at.folder, `${part}.log`), "a");
    const child = spawn(join(this.programs, program), args, { stdio: ["ignore", log, log] });
    this.running.set(part, child);
    if (part === "apiserver") {
      await this.until(part, () => this.ready());
      this.writeKubeconfig();
    }
  }

  async kill(part: Part): Promise<void> {
    await this.stop(part, "SIGKILL");
  }

  async close(): Promise<void> {
    for (const part of ["controllers", "apiserver", "etcd"] as const) await this.stop(part, "SIGKILL");
    rmSync(this.at.folder, { recursive: true, force: true });
  }

  private async stop(part: Part, signal: "SIGKILL"): Promise<void> {
    const child = this.running.get(part);
    this.running.delete(part);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  private command(part: Part): [string, string[]] {
    const { folder, etcd, peers, port } = this.at;
    switch (part) {
      case "etcd":
        return [
          "etcd",
          [
            "--data-dir",
            join(folder, "etcd"),
            "--unsafe-no-fsync",
            "--listen-client-urls",
            etcd,
            "--advertise-client-urls",
            etcd,
            "--listen-peer-urls",
            peers,
          ],
        ];
      case "apiserver":
        return [
          "kube-apiserver",
          [
            "--etcd-servers",
            etcd,
            "--secure-port",
            String(port),
            "--bind-address",
            "127.0.0.1",
            "--cert-dir",
            join(folder, "certs"),
            "--service-cluster-ip-range",
            "10.0.0.0/24",
            "--service-account-issuer",
            "https://127.0.0.1",
            "--service-account-key-file",
            join(folder, "sa.pub"),
            "--service-account-signing-key-file",
            join(folder, "sa.key"),
            "--token-auth-file",
            join(folder, "tokens.csv"),
            "--authorization-mode",
            "RBAC",
            "--disable-admission-plugins",
            "ServiceAccount",
          ],
        ];
      case "controllers":
        return [
          "kube-controller-manager",
          [
            "--kubeconfig",
            this.kubeconfig,
            "--leader-elect=false",
            "--secure-port=0",
            "--service-account-private-key-file",
            join(folder, "sa.key"),
            "--controllers",
            "namespace-controller,garbage-collector-controller,serviceaccount-controller,serviceaccount-token-controller",
          ],
        ];
    }
  }

  private writeKubeconfig(): void {
    const cluster = { server: this.url, "certificate-authority": this.ca };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster }],
      users: [{ name: "admin", user: { token: this.token } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
      "current-context": "test",
    };
    writeFileSync(this.kubeconfig, JSON.stringify(config), { mode: 0o600 });
  }

  private async until(part: Part, ready: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (!(await ready())) {
      const child = this.running.get(part);
      if (!child || child.exitCode !== null) throw new Error(`${part} ended: ${this.lastWords(part)}`);
      if (performance.now() > deadline) throw new Error(`${part} was not ready in time: ${this.lastWords(part)}`);
      await wait(100);
    }
  }

  private lastWords(part: Part): string {
    return readFileSync(join(this.at.folder, `${part}.log`), "utf8")
      .split("\n")
      .slice(-8)
      .join("\n");
  }

  private ready(): Promise<boolean> {
    if (!existsSync(this.ca)) return Promise.resolve(false);
    const headers = { authorization: `Bearer ${this.token}` };
    return new Promise((resolve) => {
      get(`${this.url}/readyz`, { ca: readFileSync(this.ca), headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      }).on("error", () => resolve(false));
    });
  }
}
