/**
 * The demo's scenario on a real Gitea, by pods of a real cluster. Wants what helm.test.ts wants, and a Gitea on this machine
 * (MILLRACE_SHARED, or MILLRACE_GITEA_URL and MILLRACE_GITEA_TOKEN of an administrator).
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { eventually } from "../support/eventually.ts";
import { noGitea } from "../support/gitea.ts";
import { hookSecret, startGiteaFleet } from "../support/gitea-fleet.ts";
import { playOnGitea } from "../support/gitea-scenario.ts";

const run = promisify(execFile);
const sh = async (program: string, ...args: readonly string[]): Promise<string> => {
  try {
    return (await run(program, [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string };
    throw new Error(`${program} ${args.join(" ")}\n${stdout}${stderr}`);
  }
};
const kubectl = (...args: readonly string[]) => sh("kubectl", ...args);
const helm = (...args: readonly string[]) => sh("helm", ...args);

const system = "millrace-system";
const namespace = "fleet-on-gitea";
const image = process.env["IMAGE"];
const skip = process.env["KUBECONFIG"] && image ? noGitea : "wants KUBECONFIG and IMAGE";

interface Found {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}
const found = async (kinds: string): Promise<readonly Found[]> =>
  (JSON.parse(await kubectl("get", kinds, "-n", namespace, "-o", "json")) as { items: Found[] }).items;

const phases = async () =>
  Object.fromEntries(
    (await found("changeproposals")).map(({ metadata, status }) => [metadata.name, status?.phase ?? ""]),
  );
const allReady = async () =>
  (await found("forges,repositories,operations,changeproposals")).every(({ status }) =>
    status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
const explain = async () => {
  const logs = ["logs", "-n", system, "-l", "app.kubernetes.io/name=millrace", "--tail=40", "--prefix"];
  return `${await kubectl("get", "millrace", "-n", namespace).catch(String)}\n${await kubectl(...logs).catch(String)}`;
};

describe("a fleet on a real Gitea, by pods", { skip }, () => {
  let fleet: Awaited<ReturnType<typeof startGiteaFleet>>;

  before(async () => {
    const address = '{.items[0].status.addresses[?(@.type=="InternalIP")].address}';
    const node = await kubectl("get", "nodes", "-o", `jsonpath=${address}`);
    fleet = await startGiteaFleet({ host: "0.0.0.0", address: process.env["MILLRACE_E2E_ADDRESS"] ?? node });
    const at = image!.lastIndexOf(":");
    const values = [`image.repository=${image!.slice(0, at)}`, `image.tag=${image!.slice(at + 1)}`];
    const sets = [...values, "image.pullPolicy=IfNotPresent"].flatMap((value) => ["--set", value]);
    const where = ["-n", system, "--create-namespace", "--wait", "--timeout", "3m"];
    await helm("install", "millrace", "deploy/helm/millrace", ...where, ...sets);
  });
  after(async () => {
    // While the controller is there, since proposals have finalizers.
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=60s").catch(() => undefined);
    await helm("uninstall", "millrace", "-n", system, "--ignore-not-found", "--wait").catch(() => undefined);
    await fleet?.close();
  });

  test("the fleet is declared and becomes Ready", async () => {
    await kubectl("create", "namespace", namespace);
    const values = { token: fleet.bot.token, webhookSecret: hookSecret };
    const literals = Object.entries(values).map(([key, value]) => `--from-literal=${key}=${value}`);
    await kubectl("create", "secret", "generic", "forge", "-n", namespace, ...literals);
    await kubectl("apply", "-n", namespace, "-f", fleet.manifests());
    await eventually("every object is Ready", allReady, 120, explain);
    const [forge] = JSON.parse(await kubectl("get", "forges", "-n", namespace, "-o", "json")).items;
    assert.equal(forge.status.identity.login, fleet.bot.login);
    assert.equal(forge.status.quota, undefined, "Gitea has none");
  });

  test("a push is followed to the end, and a person is listened to", async () => {
    const service = ["get", "service", "millrace-gateway", "-n", system, "-o", "jsonpath={.spec.clusterIP}"];
    await fleet.hooks(`http://${await kubectl(...service)}/webhooks/${namespace}/local`);
    await playOnGitea(fleet, { phases, explain }, 120);
    await eventually("every object is Ready", allReady, 120, explain);
  });
});
