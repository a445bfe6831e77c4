import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { CommandError, type Context, exitCodes, type Option } from "./command.ts";
import { runnerSettings } from "./runner-settings.ts";

const Flag = z.enum(["true", "false"]).transform((text) => text === "true");
const Count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** `HOST:PORT`, or `off`. */
const Address = z
  .string()
  .regex(/^(off|(\[[0-9a-f:]+\]|[^\s:]+):[0-9]{1,5})$/, "give HOST:PORT, or off")
  .transform((text) => {
    if (text === "off") return undefined;
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
  });

/** Everything that can be set from outside. The chart and docs/settings.md list the same names. */
export const Settings = z.object({
  MILLRACE_NAMESPACE: z.string().max(63).default("").describe("Watch this namespace only. All of them by default."),
  MILLRACE_WORKERS: Count(1, 64).default(4).describe("Objects of each kind that are reconciled at once."),
  MILLRACE_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Least severe log line."),
  MILLRACE_STATE: z
    .string()
    .min(1)
    .default(join(tmpdir(), "millrace"))
    .describe("Folder of the git mirrors, in the system's temporary folder by default. A cache: it may be lost."),
  MILLRACE_GATEWAY: Address.prefault("127.0.0.1:9292").describe("Where webhooks come in: HOST:PORT, or off."),
  MILLRACE_OPS: Address.prefault("127.0.0.1:8080").describe(
    "Where /healthz, /readyz and /metrics are: HOST:PORT, or off.",
  ),
  MILLRACE_LEADER_ELECTION: Flag.prefault("true").describe(
    "Work only while holding the lease. `false` for a single process.",
  ),
  MILLRACE_LEASE_NAMESPACE: z.string().min(1).max(63).default("default").describe("Namespace of the lease."),
  MILLRACE_LEASE_NAME: z.string().min(1).max(63).default("millrace").describe("Name of the lease."),
  MILLRACE_IDENTITY: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe("Name of this replica in the lease. Host and process by default."),
  ...runnerSettings,
});
export type Settings = z.infer<typeof Settings>;

/** The option that sets the same. */
export const settingFlag = (name: string): string => name.replace("MILLRACE_", "").toLowerCase().replaceAll("_", "-");

/** What a setting is when nothing is said, as a person would write it; undefined for none, and for what depends on the machine. */
export function settingDefault(name: string): string | undefined {
  const { properties } = z.toJSONSchema(Settings, { io: "input" }) as {
    properties: Record<string, { default?: unknown }>;
  };
  const value = properties[name]?.default;
  return name === "MILLRACE_STATE" || value === undefined || value === "" ? undefined : String(value);
}

/** The same settings as command line options, which win over the environment. */
export const settingOptions: readonly Option[] = Object.entries(Settings.shape).map(([name, schema]) => ({
  usage: `--${settingFlag(name)} VALUE`,
  doc: `${schema.description ?? ""} (${[name, settingDefault(name)].filter(Boolean).join(", ")})`,
}));

/** Throws one error that names every wrong setting. */
export function readSettings({ env, options }: Pick<Context, "env" | "options">): Settings {
  const given = Object.keys(Settings.shape).map((name) => [name, options[settingFlag(name)] ?? env[name]] as const);
  const settings = Settings.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (settings.success) return settings.data;
  const wrong = settings.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} (--${settingFlag(name)}): ${message}`;
  });
  throw new CommandError(`bad settings\n  ${wrong.join("\n  ")}`, {
    code: exitCodes.usage,
    next: "millrace help controller",
  });
}
