import { owner, released, repositories, requiredCheck } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";

interface Hook {
  readonly id: number;
  readonly config: { readonly url?: string };
}

/** What a hook has to tell: that code moved, that checks went on, and what people did, said and published. */
const events = [
  "push",
  "pull_request",
  "pull_request_review",
  "issue_comment",
  "release",
  "check_run",
  "check_suite",
  "status",
];

/** Points each repository's webhook at the gateway, wherever it listens this time. */
export async function pointHooks(forge: ForgeApi, to: { url: string; secret: string }): Promise<void> {
  for (const name of repositories) {
    const path = `/repos/${owner}/${name}/hooks`;
    const [hook] = (await forge.get<readonly Hook[]>(path)) ?? [];
    if (hook?.config.url === to.url) continue;
    const config = { url: to.url, secret: to.secret, content_type: "json" };
    if (hook) await forge.send("PATCH", `${path}/${hook.id}`, { config, events, active: true });
    else
      await forge.send("POST", path, {
        name: "web",
        config,
        active: true,
        events,
      });
  }
}

/** Requires the robot's check on each base branch that is released from, as a team would. */
export async function protectBranches(forge: ForgeApi): Promise<void> {
  for (const name of released) {
    await forge.send("PUT", `/repos/${owner}/${name}/branches/main/protection`, {
      required_status_checks: { strict: false, contexts: [requiredCheck] },
      enforce_admins: false,
      required_pull_request_reviews: null,
      restrictions: null,
    });
  }
}
