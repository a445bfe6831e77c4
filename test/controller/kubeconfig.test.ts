import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-kubeconfig-"));
});
after(() => rm(folder, { recursive: true }));

const config = (user: object, extra: object = {}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "one",
    clusters: [
      { name: "c", cluster: { server: "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=", ...extra } },
    ],
    users: [{ name: "u", user }],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u", namespace: "fleet" } },
      { name: "two", context: { cluster: "c", user: "u" } },
      { name: "broken", context: { cluster: "none", user: "u" } },
    ],
  });

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test("a kubeconfig says where the server is, and how to be let in", async () => {
  const path = await written("token", config({ token: "secret" }, { "tls-server-name": "kubernetes" }));
  const { access, context, namespace } = await loadKubeConfig({ from: "file", path });
  assert.equal(access.server, "https://10.0.0.1:6443");
  assert.deepEqual([context, namespace], ["one", "fleet"]);
  const { headers, tls } = await access.credentials({ fresh: false });
  assert.deepEqual(headers, { Authorization: "Bearer secret" });
  assert.equal(String(tls.ca), "CA");
  assert.equal(tls.servername, "kubernetes");
});

test("another context can be chosen, and one that is not there is named", async () => {
  const path = await written("contexts", config({ token: "t" }));
  const { context, namespace } = await loadKubeConfig({ from: "file", path, context: "two" });
  assert.deepEqual([context, namespace], ["two", "default"]);
  const missing = loadKubeConfig({ from: "file", path, context: "three" });
  await assert.rejects(missing, /no context is called "three"; there are: one, two, broken/);
  await assert.rejects(loadKubeConfig({ from: "file", path, context: "broken" }), /"broken" names no cluster/);
});

test("a client certificate and a password are taken along", async () => {
  const user = { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ", username: "me", password: "pw" };
  const path = await written("certificate", config(user, { "insecure-skip-tls-verify": true }));
  const { headers, tls } = await (await loadKubeConfig({ from: "file", path })).access.credentials({ fresh: false });
  assert.deepEqual([String(tls.cert), String(tls.key), tls.rejectUnauthorized], ["CERT", "KEY", false]);
  assert.deepEqual(headers, { Authorization: `Basic ${Buffer.from("me:pw").toString("base64")}` });
});

test("fresh credentials are read from the file again", async () => {
  const path = await written("rotated", config({ token: "old" }));
  const { access } = await loadKubeConfig({ from: "file", path });
  await writeFile(path, config({ token: "new" }));
  assert.equal((await access.credentials({ fresh: false })).headers["Authorization"], "Bearer old");
  assert.equal((await access.credentials({ fresh: true })).headers["Authorization"], "Bearer new");
  assert.equal((await access.credentials({ fresh: false })).headers["Authorization"], "Bearer new");
});

test("a plugin gives a token, and its failure says whose it is", async () => {
  const status = { token: "from-plugin" };
  const answer = JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status });
  const exec = (...args: readonly string[]): object => ({
    exec: { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args, interactiveMode: "Never" },
  });
  const path = await written("plugin", config(exec("-e", `console.log(${JSON.stringify(answer)})`)));
  const { access } = await loadKubeConfig({ from: "file", path });
  assert.equal((await access.credentials({ fresh: false })).headers["Authorization"], "Bearer from-plugin");

  const broken = await written("broken-plugin", config(exec("-e", "process.exit(3)")));
  const failing = await loadKubeConfig({ from: "file", path: broken });
  await assert.rejects(failing.access.credentials({ fresh: false }), /broken-plugin: no credentials/);
});

test("a file that is not there, or is no kubeconfig, is named", async () => {
  const path = join(folder, "absent");
  await assert.rejects(loadKubeConfig({ from: "file", path }), /absent: cannot be read/);
  const garbage = await written("garbage", "a: [");
  await assert.rejects(loadKubeConfig({ from: "file", path: garbage }), /garbage: cannot be read/);
});
