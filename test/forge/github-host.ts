import type { Forge } from "../../src/reconcilers/forge-port.ts";
import type { Clock } from "../../src/reconcilers/ports.ts";
import { forgeOver } from "../support/github.ts";
import { type Answering, ScriptedHost } from "../support/scripted-host.ts";

export const start = Date.parse("2026-01-01T00:00:00Z");

/** Stands still, except that who sleeps moves it on. */
export function jumpingClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  const elapsed = (): number => slept.reduce((sum, ms) => sum + ms, 0);
  return {
    slept,
    now: () => new Date(start + elapsed()),
    sleep: async (ms, stop) => {
      stop?.throwIfAborted();
      slept.push(ms);
    },
  };
}

export interface World {
  readonly host: ScriptedHost;
  readonly forge: Forge;
  readonly clock: ReturnType<typeof jumpingClock>;
}

/** The adapter over a host that answers as a test tells it to. */
export function onHost(
  answer: Answering,
  work: (world: World) => Promise<void>,
  token = "s3cret-t0ken",
): () => Promise<void> {
  return async () => {
    const host = await ScriptedHost.start(answer);
    const clock = jumpingClock();
    const { forge, close } = await forgeOver({ url: `${host.url}/api/v3`, token, clock });
    try {
      await work({ host, forge, clock });
    } finally {
      await close();
      await host.close();
    }
  };
}

const repository = { id: 1, number: 1 };

/** An open pull request as GitHub tells it. */
export const pull = {
  number: 7,
  node_id: "PR_7",
  html_url: "https://host/acme/sdk/pull/7",
  state: "open",
  title: "Change it",
  body: "Why.",
  user: { login: "mill", type: "User" },
  labels: [],
  assignees: [],
  requested_reviewers: [],
  requested_teams: [],
  draft: false,
  merged: false,
  merged_at: null as string | null,
  merge_commit_sha: "trial",
  mergeable: null,
  auto_merge: null as object | null,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  comments: 0,
  head: { ref: "x", sha: "a".repeat(40), repo: repository },
  base: { ref: "main", repo: repository },
};
