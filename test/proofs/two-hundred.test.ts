/**
 * Real input at the size that it has: google-cloud-go's librarian.yaml (200 libraries) in each of 200 repositories. One
 * push to what they follow gives 200 pull requests, each of which changes exactly the two values.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { forgeApi } from "../../src/cli/demo/forge-api.ts";
import { startApiServer } from "../../src/embedded/apiserver/server.ts";
import { startForge } from "../../src/embedded/forge/server.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { Forge } from "../../src/schema/forge.ts";
import { kinds } from "../../src/schema/index.ts";
import { Operation } from "../../src/schema/operation.ts";
import { Repository } from "../../src/schema/repository.ts";
import { clientFor, listAll, secrets } from "../support/cluster-client.ts";
import { eventually } from "../support/eventually.ts";
import { startMillrace } from "../support/millrace-process.ts";
import { systemClock } from "../support/system-clock.ts";

const file = join(process.env["MILLRACE_SHARED"] ?? "../shared", "data/librarian-yaml/google-cloud-go.yaml");
const count = Number(process.env["MILLRACE_REPOSITORIES"] ?? 200);
const names = Array.from({ length: count }, (_, at) => `sdk-${String(at).padStart(3, "0")}`);
const namespace = "default";

test(`one push gives ${count} correct pull requests`, { skip: !existsSync(file) && `${file} is absent` }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-200-"));
  const forge = await startForge({ dataDir: join(folder, "forge"), clock: systemClock });
  const server = await startApiServer({
    dataDir: join(folder, "plane"),
    clock: systemClock,
    preload: kinds.map(crdOf),
  });
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig);
  const client = await clientFor(kubeconfig);
  const controller = startMillrace(["controller", "--kubeconfig", kubeconfig], {
    MILLRACE_STATE: join(folder, "state"),
    MILLRACE_GATEWAY: "off",
    MILLRACE_OPS: "off",
    MILLRACE_WORKERS: "8",
    MILLRACE_LEADER_ELECTION: "false",
  });
  try {
    const token = forge.createToken("ada", { secret: "ada-token" });
    forge.createOrganization("acme", { millrace: "write", ada: "admin" });
    forge.createToken("millrace", { secret: "bot-token" });
    const ada = forgeApi(forge.api, token);
    const archive = async (commit: string) => {
      const answer = await fetch(`${forge.url}/acme/googleapis/archive/${commit}.tar.gz`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return createHash("sha256")
        .update(new Uint8Array(await answer.arrayBuffer()))
        .digest("hex");
    };

    const upstream = await forge.createRepository({
      owner: "acme",
      name: "googleapis",
      files: { "a.proto": "// a\n" },
      actor: "ada",
    });
    const original = readFileSync(file, "utf8");
    const values = /commit: ([0-9a-f]{40})\n\s+sha256: ([0-9a-f]{64})/.exec(original)!;
    const textAt = async (commit: string) =>
      original.replace(values[1]!, commit).replace(values[2]!, await archive(commit));
    const before = await textAt(upstream.sha!);
    let began = performance.now();
    for (const name of names)
      await forge.createRepository({ owner: "acme", name, files: { "librarian.yaml": before }, actor: "ada" });
    t.diagnostic(`${count} repositories seeded in ${((performance.now() - began) / 1_000).toFixed(1)} s`);

    const apply = (
      kind: { kind: string; resource: Parameters<typeof client.apply>[0] },
      name: string,
      spec: object,
      labels = {},
    ) =>
      client.apply(
        kind.resource,
        { metadata: { name, namespace, labels }, spec },
        { fieldManager: "test", force: true },
      );
    await client.apply(
      secrets,
      { metadata: { name: "forge", namespace }, stringData: { token: "bot-token" } } as never,
      { fieldManager: "test", force: true },
    );
    await apply(Forge, "local", { url: forge.api, credentials: { tokenSecretRef: { name: "forge" } } });
    const at = { forgeRef: { name: "local" }, owner: "acme" };
    await apply(Repository, "googleapis", { ...at, name: "googleapis", interval: "1s" });
    const sources = [{ name: "googleapis", repositoryRef: { name: "googleapis" } }];
    for (const name of names)
      await apply(Repository, name, { ...at, name, sources, operations: ["SyncSources"] }, { fleet: "sdk" });
    await apply(Operation, "sync", {
      type: "SyncSources",
      repositories: { selector: { matchLabels: { fleet: "sdk" } } },
    });
    const ready = async (kind: typeof Repository | typeof Operation) =>
      (await listAll(client, kind.resource, namespace)).every((each) =>
        (each["status"] as { conditions?: { type: string; status: string }[] }).conditions?.some(
          ({ type, status }) => type === "Ready" && status === "True",
        ),
      );
    began = performance.now();
    await eventually(
      "the fleet is Ready",
      async () => (await ready(Repository)) && (await ready(Operation)),
      120,
      async () => controller.tail(),
    );
    t.diagnostic(`all Ready ${((performance.now() - began) / 1_000).toFixed(1)} s after the last was declared`);

    const content = Buffer.from("// b\n").toString("base64");
    const { commit } = await ada.send<{ commit: { sha: string } }>("PUT", "/repos/acme/googleapis/contents/b.proto", {
      message: "feat: b",
      content,
    });
    began = performance.now();
    const opened = async () =>
      (await listAll(client, ChangeProposal.resource, namespace)).filter(
        (each) => (each["status"] as { pullRequest?: object })?.pullRequest,
      ).length;
    await eventually(
      `${count} pull requests`,
      async () => (await opened()) === count,
      400,
      async () => `${await opened()} of ${count}\n${controller.tail()}`,
    );
    t.diagnostic(
      `${count} pull requests ${((performance.now() - began) / 1_000).toFixed(1)} s after the push, at no more than 80 creations a minute`,
    );

    const after = await textAt(commit.sha);
    for (const name of names) {
      const pulls = (await ada.get<readonly { head: { sha: string } }[]>(`/repos/acme/${name}/pulls?state=all`))!;
      assert.equal(pulls.length, 1, `${name} has ${pulls.length} pull requests`);
      const proposed = await ada.get<{ content: string }>(
        `/repos/acme/${name}/contents/librarian.yaml?ref=${pulls[0]!.head.sha}`,
      );
      assert.ok(
        Buffer.from(proposed!.content, "base64").toString("utf8") === after,
        `${name}: more or less than the two values has changed`,
      );
    }
  } finally {
    await controller.end("SIGTERM");
    await client.close();
    await server.close();
    await forge.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
