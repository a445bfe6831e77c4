import { z } from "zod";

/** Fields of a PodSpec that an installation may set for the pods of all commands. */
const Placement = z.strictObject({
  nodeSelector: z.record(z.string(), z.string()).default({}),
  tolerations: z.array(z.looseObject({})).default([]),
  imagePullSecrets: z.array(z.strictObject({ name: z.string().min(1) })).default([]),
  priorityClassName: z.string().min(1).optional(),
  runtimeClassName: z.string().min(1).optional(),
});

/** `NAMESPACE/NAME=VALUE,NAME=VALUE`. */
const Pods = z
  .string()
  .regex(
    /^[a-z0-9][-a-z0-9]*\/([-A-Za-z0-9_./]+=[-A-Za-z0-9_.]+)(,[-A-Za-z0-9_./]+=[-A-Za-z0-9_.]+)*$/,
    "give NAMESPACE/NAME=VALUE,…",
  )
  .transform((text) => {
    const slash = text.indexOf("/");
    const labels = text
      .slice(slash + 1)
      .split(",")
      .map((each) => each.split("=") as [string, string]);
    return { namespace: text.slice(0, slash), labels: Object.fromEntries(labels) as Readonly<Record<string, string>> };
  });

const Json = z.string().transform((text, { addIssue }): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    addIssue("give JSON");
    return z.NEVER;
  }
});

/** Settings about commands. Those with RUNS and those after it count where commands run as Jobs. */
export const runnerSettings = {
  MILLRACE_RUNNER: z
    .enum(["process", "job", "off"])
    .default("process")
    .describe("How commands of proposals run: as processes of this machine, as Kubernetes Jobs, or not at all."),
  MILLRACE_RUNNER_IMAGE: z
    .string()
    .min(1)
    .optional()
    .describe("Image of this program, for the containers beside a command in a Job's pod."),
  MILLRACE_RUNNER_POD: Json.pipe(Placement)
    .prefault("{}")
    .describe(
      "JSON with nodeSelector, tolerations, imagePullSecrets, priorityClassName and runtimeClassName of the pods.",
    ),
  MILLRACE_RUNS: z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[^\s:]+):[0-9]{1,5}$/, "give HOST:PORT")
    .default("127.0.0.1:9393")
    .transform((text) => {
      const at = text.lastIndexOf(":");
      return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
    })
    .describe("Where pods of commands fetch files and deliver results: HOST:PORT. For the cluster alone."),
  MILLRACE_RUNS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The same as pods reach it, such as http://millrace-runs.millrace-system.svc."),
  MILLRACE_RUNS_PODS: Pods.optional().describe(
    "The pods behind it for NetworkPolicies, as NAMESPACE/NAME=VALUE,… of their labels.",
  ),
} as const;

const Whole = z.object(runnerSettings);
export type RunnerSettings = z.infer<typeof Whole>;
