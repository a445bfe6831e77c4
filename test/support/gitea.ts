import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./free-ports.ts";

const run = promisify(execFile);

/** A real Gitea, and an administrator of it. */
export interface Gitea {
  readonly url: string;
  readonly api: string;
  readonly token: string;
  stop(): Promise<void>;
}

const shared = process.env["MILLRACE_SHARED"] || "../shared";
const script = join(shared, "envtest", "forge");
const given = process.env["MILLRACE_GITEA_URL"];

/** Why there is no real Gitea here; false where there is one. */
export const noGitea: string | false =
  given !== undefined || existsSync(script)
    ? false
    : "wants a real Gitea: MILLRACE_GITEA_URL and MILLRACE_GITEA_TOKEN (of an administrator), or MILLRACE_SHARED";

/** The Gitea that the environment names, or a new one with state of its own. */
export async function startGitea(): Promise<Gitea> {
  if (given !== undefined) {
    const url = given.replace(/\/+$/, "");
    const token = process.env["MILLRACE_GITEA_TOKEN"] ?? "";
    return { url, api: `${url}/api/v1`, token, stop: async () => undefined };
  }
  const dir = mkdtempSync(join(tmpdir(), "millrace-gitea-"));
  const env = { ...process.env, MILLRACE_FORGE_DIR: dir, MILLRACE_FORGE_PORT: String((await freePorts(1))[0]) };
  const { stdout } = await run(script, ["up"], { env, timeout: 600_000 });
  const { url, api, token } = JSON.parse(stdout) as { url: string; api: string; token: string };
  return {
    ...{ url, api, token },
    stop: async () => {
      await run(script, ["down"], { env });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A request to Gitea's API as somebody. Rejects with what was answered unless it is done. */
export type Ask = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Speaks as the owner of a token. */
export const askAs =
  ({ api }: Pick<Gitea, "api">, token: string): Ask =>
  async (method, path, body) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { authorization: token.includes(" ") ? token : `token ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text === "" ? undefined : JSON.parse(text);
  };

/** Makes an account with a token. Its name gets an end that no other has. */
export async function makeAccount(
  gitea: Pick<Gitea, "api" | "token">,
  name: string,
): Promise<{ readonly login: string; readonly token: string; remove(): Promise<void> }> {
  const login = `${name}-${randomBytes(4).toString("hex")}`;
  const password = randomBytes(12).toString("base64url");
  const admin = askAs(gitea, gitea.token);
  const email = `${login}@example.com`;
  await admin("POST", "/admin/users", { username: login, email, password, must_change_password: false });
  const basic = `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`;
  const wish = { name: "test", scopes: ["all"] };
  const { sha1 } = await askAs(gitea, basic)<{ sha1: string }>("POST", `/users/${login}/tokens`, wish);
  return { login, token: sha1, remove: () => admin("DELETE", `/admin/users/${login}?purge=true`) };
}
