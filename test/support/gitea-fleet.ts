import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { librarianYaml, news, sdks } from "../../src/cli/demo/fleet.ts";
import { type Ask, askAs, makeAccount, startGitea } from "./gitea.ts";

export const hookSecret = "webhook-secret";
const events = [
  "push",
  "create",
  "delete",
  "pull_request",
  "pull_request_comment",
  "issue_comment",
  "status",
  "repository",
];

interface Pull {
  readonly number: number;
  readonly merged: boolean;
  readonly head: { readonly sha: string };
}

/**
 * The demo's fleet on a real Gitea: an organisation with the API source and its SDKs, a developer who owns it, a bot that may
 * write, and a robot that gives the check that main requires. Others reach it at `address`.
 */
export async function startGiteaFleet({ host, address }: { readonly host: string; readonly address: string }) {
  const gitea = await startGitea();
  const folder = mkdtempSync(join(tmpdir(), "millrace-gitea-fleet-"));
  const [ada, bot, robot] = [
    await makeAccount(gitea, "ada"),
    await makeAccount(gitea, "millrace"),
    await makeAccount(gitea, "robot"),
  ];
  const [person, program] = [askAs(gitea, ada.token), askAs(gitea, robot.token)];
  const org = ada.login.replace("ada", "acme");
  await person("POST", "/orgs", { username: org });
  // Gitea listens on this machine alone, and delivers to it alone.
  const door = await forward({ host, port: 0 }, { host: "127.0.0.1", port: Number(new URL(gitea.url).port) });
  const doors = [door];
  const api = `http://${address}:${door.port}/api/v1`;
  const archive = async (commit: string) => {
    const answer = await fetch(`${gitea.url}/${org}/apis/archive/${commit}.tar.gz`);
    return createHash("sha256")
      .update(new Uint8Array(await answer.arrayBuffer()))
      .digest("hex");
  };
  const source = async () => {
    const { commit } = await person<{ commit: { id: string } }>("GET", `/repos/${org}/apis/branches/main`);
    return { commit: commit.id, sha256: await archive(commit.id) };
  };
  await seed(person, { org, members: [bot.login, robot.login], source });
  const robots = startRobot(program, org);
  const pullsOf = (name: string) => person<readonly Pull[]>("GET", `/repos/${org}/${name}/pulls?state=all`);
  return {
    org,
    bot,
    /** Repositories for which the robot gives no check until they are taken out. */
    paused: robots.paused,
    pullsOf,
    /** Writes examples/ with this forge's type, address and owner into a folder. */
    manifests(): string {
      const to = mkdtempSync(join(folder, "manifests-"));
      for (const name of readdirSync("examples").filter((each) => each.endsWith(".yaml"))) {
        const text = readFileSync(join("examples", name), "utf8")
          .replace("type: GitHub", "type: Gitea")
          .replace("http://127.0.0.1:7410/api/v3", api)
          .replaceAll("owner: acme", `owner: ${org}`);
        writeFileSync(join(to, name), text);
      }
      return to;
    },
    /** Points the webhooks of every repository to a gateway. */
    async hooks(url: string): Promise<void> {
      const { hostname, port, pathname } = new URL(url);
      const near = await forward({ host: "127.0.0.1", port: 0 }, { host: hostname, port: Number(port || 80) });
      doors.push(near);
      const config = { url: `http://127.0.0.1:${near.port}${pathname}`, content_type: "json", secret: hookSecret };
      for (const name of ["apis", ...sdks])
        await person("POST", `/repos/${org}/${name}/hooks`, { type: "gitea", active: true, events, config });
    },
    push: () => write(person, `/repos/${org}/apis`, news.path, news.content, news.message),
    say: (name: string, number: number, body: string) =>
      person("POST", `/repos/${org}/${name}/issues/${number}/comments`, { body }),
    /** What the bot has said below a pull request. */
    async answers(name: string, number: number): Promise<readonly string[]> {
      const path = `/repos/${org}/${name}/issues/${number}/comments`;
      const all = await person<readonly { body: string; user: { login: string } }[]>("GET", path);
      return all.filter(({ user }) => user.login === bot.login).map(({ body }) => body);
    },
    /** Every sentence about the end that is not so. */
    async problems(): Promise<readonly string[]> {
      const wanted = await source();
      const found = await Promise.all(sdks.map((name) => problemsOf(person, `/repos/${org}/${name}`, name, wanted)));
      return found.flat();
    },
    async close(): Promise<void> {
      await robots.stop();
      await Promise.all(doors.map((each) => each.close()));
      for (const name of ["apis", ...sdks, "billing", "platform"]) await person("DELETE", `/repos/${org}/${name}`);
      await person("DELETE", `/orgs/${org}`);
      for (const account of [robot, bot, ada]) await account.remove();
      await gitea.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Seeding {
  readonly org: string;
  readonly members: readonly string[];
  readonly source: () => Promise<{ readonly commit: string; readonly sha256: string }>;
}

async function seed(person: Ask, { org, members, source }: Seeding): Promise<void> {
  const make = async (name: string, files: Readonly<Record<string, string>>): Promise<void> => {
    await person("POST", `/orgs/${org}/repos`, { name, auto_init: true, default_branch: "main" });
    for (const login of members)
      await person("PUT", `/repos/${org}/${name}/collaborators/${login}`, { permission: "write" });
    for (const [path, text] of Object.entries(files)) await write(person, `/repos/${org}/${name}`, path, text, "Begin");
  };
  await make("apis", { "acme/billing/v1/billing.proto": 'syntax = "proto3";\n' });
  const at = await source();
  for (const name of sdks) {
    await make(name, { "librarian.yaml": librarianYaml(name, at) });
    const rule = { rule_name: "main", enable_push: true, enable_status_check: true, status_check_contexts: ["build"] };
    await person("POST", `/repos/${org}/${name}/branch_protections`, rule);
  }
  await make("billing", { "go.mod": "module example.com/acme/billing\n\ngo 1.25\n" });
  await make("platform", { "package.json": "{}\n", "requirements.txt": "acme-sdk-python==0.21.0\n" });
}

const write = (person: Ask, repository: string, path: string, text: string, message: string): Promise<unknown> =>
  person("POST", `${repository}/contents/${path}`, { message, content: Buffer.from(text).toString("base64") });

/** Gives every open pull request its check. */
function startRobot(program: Ask, org: string) {
  const paused = new Set<string>();
  const stop = new AbortController();
  const seen = new Set<string>();
  const look = async (name: string): Promise<void> => {
    for (const { head } of await program<readonly Pull[]>("GET", `/repos/${org}/${name}/pulls?state=open`)) {
      if (seen.has(head.sha)) continue;
      await program("POST", `/repos/${org}/${name}/statuses/${head.sha}`, { context: "build", state: "success" });
      seen.add(head.sha);
    }
  };
  const work = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      for (const name of sdks) if (!paused.has(name)) await look(name);
      await wait(300, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const working = work();
  return {
    paused,
    async stop(): Promise<void> {
      stop.abort();
      await working;
    },
  };
}

async function problemsOf(
  person: Ask,
  repository: string,
  name: string,
  wanted: { readonly commit: string; readonly sha256: string },
): Promise<readonly string[]> {
  const problems: string[] = [];
  const pulls = await person<readonly Pull[]>("GET", `${repository}/pulls?state=all`);
  if (pulls.length !== 1) problems.push(`${name} has ${pulls.length} pull requests, not one`);
  for (const { number, merged } of pulls) {
    if (!merged) problems.push(`${name}#${number} is not merged`);
    const files = await person<readonly { filename: string; additions: number; deletions: number }[]>(
      "GET",
      `${repository}/pulls/${number}/files`,
    );
    const diff = files.map((file) => `${file.filename} +${file.additions} -${file.deletions}`).join(", ");
    if (diff !== "librarian.yaml +2 -2") problems.push(`${name}#${number} changes ${diff}`);
  }
  const { content } = await person<{ content: string }>("GET", `${repository}/contents/librarian.yaml?ref=main`);
  if (Buffer.from(content, "base64").toString() !== librarianYaml(name, wanted))
    problems.push(`librarian.yaml of ${name} is not what it should be`);
  const branches = (await person<readonly { name: string }[]>("GET", `${repository}/branches`)).map(
    (each) => each.name,
  );
  if (branches.join() !== "main") problems.push(`${name} has the branches ${branches}`);
  return problems;
}

interface Door {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens in one place for what listens in another. */
async function forward(from: { host: string; port: number }, to: { host: string; port: number }): Promise<Door> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to.port, to.host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => undefined); // The end of it is heard below.
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(from.port, from.host, resolve));
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
