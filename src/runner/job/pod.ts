import { type Blueprint, scratchMiB, slackMs, sourceMiB } from "./blueprint.ts";
import { containers } from "./name.ts";

/** No account of any system's; the files in the volumes belong to it. */
const user = 65_532;

/** What no container of a run may do without. Pod Security's level `restricted` asks for the same. */
const hardened = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  capabilities: { drop: ["ALL"] },
} as const;

const seconds = (ms: number): number => Math.ceil(ms / 1_000);

/** Kubernetes replaces `$(NAME)` in arguments and values, and takes `$$` for a dollar: so every text stays what it is. */
const literal = (text: string): string => text.replaceAll("$", "$$$$");

/** MiB of the repository's files: what was fetched, and twice what may be changed, since programs write beside and rename. */
const workspaceMiB = ({ run }: Blueprint): number => sourceMiB + 2 * run.wish.limits.outputMiB;

/** The pod of a run: fetch, then the command, then deliver, each when the one before has ended. */
export function podSpecOf(blueprint: Blueprint): object {
  const { placement, timeMs } = blueprint;
  return {
    ...placement,
    restartPolicy: "Never",
    activeDeadlineSeconds: seconds(timeMs + slackMs),
    terminationGracePeriodSeconds: 5,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...namesOf(blueprint),
    initContainers: [fetchContainer(blueprint), commandContainer(blueprint)],
    containers: [deliverContainer(blueprint)],
    volumes: [
      { name: "workspace", emptyDir: { sizeLimit: `${workspaceMiB(blueprint)}Mi` } },
      { name: "record", emptyDir: { sizeLimit: "256Mi" } },
      { name: "home", emptyDir: { sizeLimit: `${scratchMiB}Mi` } },
      { name: "tmp", emptyDir: { sizeLimit: `${scratchMiB}Mi` } },
      ticketVolume(blueprint, "source"),
      ticketVolume(blueprint, "result"),
    ],
  };
}

/** The gateway's name stands in the hosts file. Without the network nothing else has a name: no server is asked. */
function namesOf({ run, gateway }: Blueprint): object {
  const host = new URL(gateway.url).hostname;
  const hostAliases = host === gateway.address ? [] : [{ ip: gateway.address, hostnames: [host] }];
  const offline = { dnsPolicy: "None", dnsConfig: { nameservers: ["127.0.0.1"] } };
  return { hostAliases, ...(run.wish.network === "None" ? offline : { dnsPolicy: "ClusterFirst" }) };
}

const ticketVolume = ({ attempt }: Blueprint, key: "source" | "result") => ({
  name: `${key}-ticket`,
  secret: { secretName: attempt, defaultMode: 0o440, items: [{ key, path: key }] },
});

const mounted = (name: string, mountPath: string, readOnly = false) => ({
  name,
  mountPath,
  ...(readOnly && { readOnly }),
});

/** Ours: small, and with the end of what they say as their last word. */
function ours({ image }: Blueprint, name: string, memoryMiB: number) {
  return {
    name,
    image,
    imagePullPolicy: "IfNotPresent",
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: hardened,
    resources: {
      requests: { cpu: "50m", memory: `${Math.min(memoryMiB, 128)}Mi`, "ephemeral-storage": "64Mi" },
      limits: { memory: `${memoryMiB}Mi`, "ephemeral-storage": "512Mi" },
    },
  };
}

function fetchContainer(blueprint: Blueprint): object {
  const { run, gateway } = blueprint;
  const { directory } = run.wish;
  return {
    ...ours(blueprint, containers.fetch, 512),
    args: [
      "runner",
      "fetch",
      `--url=${gateway.url}/runs/${run.id}/source`,
      "--ticket=/ticket/source",
      "--workspace=/workspace",
      "--record=/record/files.json",
      `--mebibytes=${sourceMiB}`,
      ...(directory === undefined ? [] : [`--directory=${literal(directory)}`]),
    ],
    volumeMounts: [
      mounted("workspace", "/workspace"),
      mounted("record", "/record"),
      mounted("source-ticket", "/ticket", true),
    ],
  };
}

/** The user's: their image, their words, no ticket, and nothing of ours but the files. */
function commandContainer(blueprint: Blueprint): object {
  const { command, env, directory, limits } = blueprint.run.wish;
  const given = new Set(env.map(({ name }) => name));
  const usual = [
    { name: "HOME", value: "/home/run" },
    { name: "TMPDIR", value: "/tmp" },
    { name: "LANG", value: "C.UTF-8" },
  ].filter(({ name }) => !given.has(name));
  const storage = `${workspaceMiB(blueprint) + 2 * scratchMiB}Mi`;
  return {
    name: containers.command,
    image: blueprint.commandImage,
    imagePullPolicy: "IfNotPresent",
    command: command.map(literal),
    workingDir: directory === undefined ? "/workspace" : `/workspace/${directory}`,
    env: [...usual, ...env.map(({ name, value }) => ({ name, value: literal(value) }))],
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: hardened,
    resources: {
      requests: { cpu: "250m", memory: `${limits.memoryMiB}Mi`, "ephemeral-storage": "256Mi" },
      limits: { memory: `${limits.memoryMiB}Mi`, "ephemeral-storage": storage },
    },
    volumeMounts: [mounted("workspace", "/workspace"), mounted("home", "/home/run"), mounted("tmp", "/tmp")],
  };
}

function deliverContainer(blueprint: Blueprint): object {
  const { run, gateway } = blueprint;
  const { limits } = run.wish;
  return {
    ...ours(blueprint, containers.deliver, 512),
    args: [
      "runner",
      "deliver",
      `--url=${gateway.url}/runs/${run.id}/result`,
      "--ticket=/ticket/result",
      "--workspace=/workspace",
      "--record=/record/files.json",
      `--mebibytes=${limits.outputMiB}`,
      `--files=${limits.files}`,
    ],
    volumeMounts: [
      // Not for reading alone: what the command took from itself with chmod is to be read all the same.
      mounted("workspace", "/workspace"),
      mounted("record", "/record", true),
      mounted("result-ticket", "/ticket", true),
    ],
  };
}
