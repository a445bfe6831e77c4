/**
 * Commands as Jobs on a real cluster, from the proposal that asks to the pull request that comes of it, and through everything
 * that may befall a pod. Wants what helm.test.ts wants, and IMAGE under its digest on the node, since commands run by digest.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { accounts, startFleet, webhookSecret } from "../support/fleet.ts";
import {
  apply,
  byDigest,
  deleteLeader,
  explain,
  found,
  freshNamespace,
  giveSecret,
  image,
  installChart,
  kubectl,
  ourAddress,
  skip,
  uninstallChart,
  eventually as waitFor,
} from "./real-cluster.ts";

const namespace = "runs";
const inNamespace = ["-n", namespace] as const;

const eventually = <T>(what: string, look: () => Promise<T | undefined | false>, seconds = 90): Promise<T> =>
  waitFor(what, look, { seconds, otherwise: () => explain(namespace, "changeproposals,jobs,pods") });

interface Proposal {
  readonly status?: {
    readonly phase?: string;
    readonly pullRequest?: { readonly number: number };
    readonly run?: { readonly attempt: number; readonly isolation?: string; readonly log?: string };
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[];
  };
}
interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: { readonly initContainers: readonly Container[]; readonly containers: readonly Container[] } & Record<
    string,
    unknown
  >;
  readonly status: { readonly initContainerStatuses?: readonly { name: string; state?: { running?: object } }[] };
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly securityContext: object;
  readonly volumeMounts: readonly { name: string; mountPath: string }[];
}

const proposal = async (name: string): Promise<Proposal> =>
  JSON.parse(await kubectl("get", "changeproposal", name, ...inNamespace, "-o", "json")) as Proposal;
const readyOf = ({ status }: Proposal) => status?.conditions?.find(({ type }) => type === "Ready");
const podsOf = async (name: string): Promise<readonly Pod[]> => {
  const jobs = await found<{ metadata: { name: string; ownerReferences: { name: string }[] } }>("jobs", namespace);
  const names = jobs.filter(({ metadata }) => metadata.ownerReferences[0]?.name === name);
  return (await found<Pod>("pods", namespace)).filter(({ metadata }) =>
    names.some((job) => job.metadata.name === metadata.labels["batch.kubernetes.io/job-name"]),
  );
};
const commandRuns = (pod: Pod) =>
  pod.status.initContainerStatuses?.some(({ name, state }) => name === "command" && state?.running) ?? false;

/** What the command finds out about where it is, line by line. */
const curious = `
echo "user $(id -u):$(id -g)"
echo "privileges $(grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t\\n' ' ')"
touch /written 2>/dev/null && echo "root is writable"
find / '(' -path /proc -o -path /sys ')' -prune -o -iname '*ticket*' -print 2>/dev/null | sed 's/^/ticket /'
find /var/run/secrets /run/secrets 2>/dev/null | sed 's/^/secret /'
grep -E 'ticket|secret' /proc/mounts | sed 's/^/mount /'
env | grep -iE 'ticket|token' | sed 's/^/variable /'
node -e '
  const ask = (options) => new Promise((done) => require("node:https").get({ rejectUnauthorized: false, timeout: 3000, ...options },
    (answer) => done(answer.statusCode)).on("error", () => done("unreachable")).on("timeout", () => done("unreachable")));
  ask({ host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, path: "/api/v1/namespaces/runs/secrets" })
    .then((said) => console.log("cluster", said)).finally(() => process.exit());'
node -e 'require("node:dns").lookup("example.com", (error) => console.log("names", error ? "none" : "some"))'
echo "literal $GREETING"`;

const wishes: Readonly<Record<string, { command: readonly string[]; env?: object[]; limits?: object }>> = {
  curious: {
    command: ["sh", "-c", `{ ${curious}\n} > evidence.txt; chmod 755 main.go; rm README.md`],
    env: [{ name: "GREETING", value: "$(HOME) $$ 'x'" }],
  },
  killed: { command: ["sh", "-c", "sleep 10; echo late > late.txt"] },
  hungry: {
    command: ["node", "-e", "const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1))"],
    limits: { memoryMiB: 128 },
  },
  slow: { command: ["sh", "-c", "echo begun; sleep 1000"], limits: { time: "4s" } },
  giant: { command: ["true"], limits: { time: "5s", memoryMiB: 65_536 } },
  failing: { command: ["sh", "-c", "echo it cannot be built >&2; exit 3"] },
};
const bereft = "bereft";
const all: typeof wishes = { ...wishes, [bereft]: { command: ["sh", "-c", "sleep 15; echo alone > alone.txt"] } };

const manifestOf = (name: string, digest: string): object => ({
  apiVersion: "millrace.dev/v1alpha1",
  kind: "ChangeProposal",
  metadata: { name, namespace },
  spec: {
    repositoryRef: { name: "billing" },
    title: `Try a ${name} command`,
    change: { run: { image: digest, paths: ["**"], ...all[name] } },
    merge: { mode: "Manual" },
  },
});

describe("commands as Jobs on a real cluster", { skip }, () => {
  let fleet: Awaited<ReturnType<typeof startFleet>>;
  let curiousPod: Pod | undefined;

  before(async () => {
    fleet = await startFleet({ host: "0.0.0.0", address: await ourAddress() });
    await freshNamespace(namespace);
    await installChart({ "runner.type": "Job", watchNamespace: namespace });
    await giveSecret(namespace, "forge", { token: accounts.bot, webhookSecret });
    const folder = fleet.manifests();
    await kubectl("apply", ...inNamespace, "-f", `${folder}/forge.yaml`, "-f", `${folder}/repositories.yaml`);
  });
  after(async () => {
    // Proposals first: their finalizer wants the controller that is about to go.
    await kubectl("delete", "changeproposals", "--all", ...inNamespace, "--timeout=30s").catch(() => undefined);
    await uninstallChart().catch(() => undefined);
    await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false").catch(() => undefined);
    await fleet?.close();
  });

  test("proposals ask for six commands at once, and one pod is killed while its command runs", async () => {
    const digest = await byDigest(image);
    await apply(...Object.keys(wishes).map((name) => manifestOf(name, digest)));
    const victim = await eventually("its command runs", async () => {
      curiousPod ??= (await podsOf("curious"))[0];
      return (await podsOf("killed")).find(commandRuns);
    });
    await kubectl("delete", "pod", victim.metadata.name, ...inNamespace, "--wait=false");
    curiousPod ??= victim;
  });

  test("the pod was as hardened as a pod can be", () => {
    const { spec } = curiousPod!;
    assert.equal(spec["automountServiceAccountToken"], false);
    assert.equal(spec["enableServiceLinks"], false);
    const containers = [...spec.initContainers, ...spec.containers];
    assert.deepEqual(
      containers.map(({ name }) => name),
      ["fetch", "command", "deliver"],
    );
    for (const { securityContext } of containers) {
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        capabilities: { drop: ["ALL"] },
      });
    }
    const command = containers.find(({ name }) => name === "command")!;
    assert.match(command.image, /@sha256:[0-9a-f]{64}$/);
    assert.deepEqual(command.volumeMounts.map(({ mountPath }) => mountPath).sort(), [
      "/home/run",
      "/tmp",
      "/workspace",
    ]);
  });

  test("a pull request carries what the command changed, and the command saw no secret and no way out", async () => {
    const { number, status } = await opened("curious");
    const files = await fleet.ada.get<{ filename: string; status: string }[]>(
      `/repos/acme/billing/pulls/${number}/files`,
    );
    assert.deepEqual(files?.map(({ filename, status }) => `${status} ${filename}`).sort(), [
      "added evidence.txt",
      "modified main.go",
      "removed README.md",
    ]);
    const evidence = await contentOf(number, "evidence.txt");
    const lines = evidence.trim().split("\n");
    assert.match(lines[1] ?? "", /CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2/);
    lines.splice(1, 1);
    // Without a token the API server lets nobody read; where the network plug-in enforces policies, it is not even reached.
    assert.match(lines.at(-3) ?? "", /^cluster (401|403|unreachable)$/);
    lines.splice(-3, 1);
    assert.deepEqual(lines, ["user 65532:65532", "names none", "literal $(HOME) $$ 'x'"]);
    assert.match(status?.run?.isolation ?? "", /Job.*NetworkPolicy/);
  });

  test("a command whose pod was killed is tried again, and its pull request is opened", async () => {
    const { number, status } = await opened("killed");
    assert.equal(status?.run?.attempt, 2);
    assert.equal(await contentOf(number, "late.txt"), "late\n");
  });

  for (const [name, reason, message] of [
    ["hungry", "OutOfMemory", /memory/],
    ["slow", "TimedOut", /longer than 4 s/],
    ["giant", "RunUnschedulable", /Insufficient memory/],
    ["failing", "CommandFailed", /code 3/],
  ] as const) {
    test(`a ${name} command ends as ${reason}, and the proposal says why`, async () => {
      const ended = await eventually(`${name} is ${reason}`, async () => {
        const ready = readyOf(await proposal(name));
        return ready?.reason === reason && ready;
      });
      assert.equal(ended.status, "False");
      assert.match(ended.message, message);
    });
  }

  test("the log of a command that failed is told", async () => {
    assert.equal((await proposal("failing")).status?.run?.log, "it cannot be built");
  });

  test("the leader goes while a command runs, and the next one takes its result", async () => {
    await apply(manifestOf(bereft, await byDigest(image)));
    await eventually("its command runs", async () => (await podsOf(bereft)).find(commandRuns));
    await deleteLeader();
    const { number, status } = await opened(bereft);
    assert.equal(status?.run?.attempt, 1);
    assert.equal(await contentOf(number, "alone.txt"), "alone\n");
  });

  test("nothing is left of the runs that came to an end", async () => {
    for (const name of ["curious", "killed", bereft]) {
      await eventually(`${name} has left nothing`, async () => (await podsOf(name)).length === 0, 30);
    }
    await kubectl("delete", "changeproposals", "--all", ...inNamespace, "--timeout=60s");
    const rest = () =>
      kubectl("get", "jobs,pods,networkpolicies,secrets", ...inNamespace, "-l", "millrace.dev/run", "-o", "name");
    await eventually("nothing is left at all", async () => (await rest()) === "", 60);
  });

  async function opened(name: string): Promise<{ number: number; status: Proposal["status"] }> {
    return eventually(`${name} has a pull request`, async () => {
      const { status } = await proposal(name);
      return status?.pullRequest && { number: status.pullRequest.number, status };
    });
  }

  async function contentOf(number: number, path: string): Promise<string> {
    const pull = await fleet.ada.get<{ head: { sha: string } }>(`/repos/acme/billing/pulls/${number}`);
    const file = await fleet.ada.get<{ content: string }>(`/repos/acme/billing/contents/${path}?ref=${pull!.head.sha}`);
    return Buffer.from(file!.content, "base64").toString();
  }
});
