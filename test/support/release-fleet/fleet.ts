import { setTimeout as wait } from "node:timers/promises";
import { type ForgeApi, forgeApi } from "../../../src/cli/demo/forge-api.ts";
import type { RunningForge } from "../../../src/embedded/forge/server.ts";
import { type Member, manifestOf, manifestText } from "./member.ts";

/** The check that a robot gives every commit of ours, and that a plan waits for. */
export const check = "build";
export const hookSecret = "hook-secret";

/** Secret of the token of bot number `at`. */
export const botToken = (at: number): string => `bot-token-${at}`;
/** Login of bot number `at`. */
export const botOf = (at: number): string => `millrace-${at}`;
export const isBot = (actor: string): boolean => actor.startsWith("millrace-");

export interface Seeded {
  readonly forge: RunningForge;
  readonly members: readonly Member[];
  /** Accounts that act for Millrace: a credential has limits, and a fleet of hundreds has several. */
  readonly bots: number;
}

/** Which bot looks after the member at this place. */
export const botFor = (at: number, bots: number): number => at % bots;

/** Makes the accounts and repositories; each has a release 1.0.0, and some have news since. Gives a person's view of the forge. */
export async function seedFleet({ forge, members, bots }: Seeded): Promise<ForgeApi> {
  const all = Array.from({ length: bots }, (_, at) => botOf(at));
  const may = Object.fromEntries(all.map((login) => [login, "write"] as const));
  forge.createOrganization("acme", { ...may, ada: "admin", robot: "write" });
  for (const [at, login] of all.entries()) forge.createToken(login, { secret: botToken(at) });
  forge.createToken("robot", { secret: "robot-token" });
  const ada = forgeApi(forge.api, forge.createToken("ada", { secret: "ada-token" }));
  for (const member of members) {
    const files = {
      "README.md": `# ${member.name}\n`,
      [manifestOf(member)]: manifestText(member, "1.0.0", () => "1.0.0"),
    };
    const { name } = member;
    const message = "feat: begin";
    const { sha } = await forge.createRepository({ owner: "acme", name, files, actor: "ada", message });
    await ada.send("POST", `/repos/acme/${name}/git/refs`, { ref: "refs/tags/v1.0.0", sha });
    if (!member.hasNews) continue;
    const content = Buffer.from("hello\n").toString("base64");
    await ada.send("PUT", `/repos/acme/${name}/contents/hello.txt`, { message: "feat: say hello", content });
  }
  return ada;
}

const events = ["push", "pull_request", "pull_request_review", "check_run", "check_suite", "status", "release"];

/** Points every webhook at the gateway of a namespace: `at` is the address before the forge's name. */
export async function pointHooks(ada: ForgeApi, { members, bots }: Omit<Seeded, "forge">, at: string): Promise<void> {
  for (const [index, { name }] of members.entries()) {
    const config = { url: `${at}/local-${botFor(index, bots)}`, secret: hookSecret, content_type: "json" };
    await ada.send("POST", `/repos/acme/${name}/hooks`, { name: "web", active: true, config, events });
  }
}

/** The fleet's continuous integration: says of every commit on a branch of ours, a moment after it is there, that it builds. */
export async function runBuilds(forge: RunningForge, signal: AbortSignal): Promise<void> {
  const robot = forgeApi(forge.api, "robot-token");
  const built = new Set<string>();
  let seen = 0;
  while (!signal.aborted) {
    const log = forge.log();
    const fresh = log.slice(seen);
    seen = log.length;
    for (const { action, subject, sha, repository } of fresh) {
      const isOurs = /^branch\.(create|update)$/.test(action) && subject.startsWith("millrace/");
      if (!isOurs || sha === null || built.has(sha)) continue;
      built.add(sha);
      await robot.send("POST", `/repos/${repository}/statuses/${sha}`, { state: "success", context: check });
    }
    await wait(150, undefined, { signal }).catch(() => undefined);
  }
}

/** Everything that is declared but the plan and the Secrets: one Forge for each bot, and a Repository for each member. */
export function objectsOf({ forge, members, bots }: Seeded, namespace: string): readonly object[] {
  const object = (kind: string, name: string, spec: object): object => ({
    apiVersion: "millrace.dev/v1alpha1",
    kind,
    metadata: { name, namespace },
    spec,
  });
  const forges = Array.from({ length: bots }, (_, at) =>
    object("Forge", `local-${at}`, {
      url: forge.api,
      credentials: { tokenSecretRef: { name: `bot-${at}` } },
      webhook: { secretRefs: [{ name: `bot-${at}` }] },
    }),
  );
  const repositories = members.map((member, at) => {
    const { name, language } = member;
    // Half of the pins are declared, the others are found in the manifests; what is order alone has to be declared.
    const isDeclared = at % 2 === 0;
    const dependsOn = member.needs.flatMap((each) => {
      if (!each.pin) return { name: each.name };
      return isDeclared ? { name: each.name, via: "Manifest", path: manifestOf(member) } : [];
    });
    const forgeRef = { name: `local-${botFor(at, bots)}` };
    return object("Repository", name, { forgeRef, owner: "acme", name, language, dependsOn });
  });
  return [...forges, ...repositories];
}

/** A plan that releases all of them. */
export const planFor = (name: string, namespace: string, members: readonly Member[], maxParallel: number): object => ({
  apiVersion: "millrace.dev/v1alpha1",
  kind: "ReleasePlan",
  metadata: { name, namespace },
  spec: {
    releases: members.map((each) => ({ repositoryRef: { name: each.name } })),
    policy: { maxParallel },
    merge: { mode: "WhenChecksPass", checks: [check] },
  },
});
