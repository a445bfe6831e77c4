import { createHash } from "node:crypto";
import type { RunningForge } from "../../embedded/forge/server.ts";
import { otherBeginnings, sdkBeginnings, sourceFiles } from "./contents.ts";
import { type ForgeApi, forgeApi } from "./forge-api.ts";

export const owner = "acme";
export const source = "apis";
/** The repositories that follow the API source. */
export const sdks = ["sdk-go", "sdk-node", "sdk-python"] as const;
/** The repositories that are released, and whose pull requests the robot checks. */
export const released = [...sdks, "billing", "platform"] as const;
/** All repositories of the fleet. */
export const repositories = [source, ...released] as const;
/** The check that branch protection requires, and that the robot gives. */
export const requiredCheck = "build";
/** The file that the demo's developer adds to the API source. */
export const news = {
  path: "acme/billing/v1/refunds.proto",
  content:
    'syntax = "proto3";\n\npackage acme.billing.v1;\n\nservice Refunds {\n  rpc Create(Refund) returns (Refund);\n}\n\nmessage Refund {\n  string invoice = 1;\n}\n',
  message: "feat(billing): add refunds",
} as const;

const language: Readonly<Record<string, string>> = { "sdk-go": "go", "sdk-node": "node", "sdk-python": "python" };

/** What an SDK says it is generated from. The two values below `sources.apis` are what Millrace keeps in step. */
export const librarianYaml = (name: string, { commit, sha256 }: { commit: string; sha256: string }): string => `\
# What this SDK is generated from, and how. Reviewed by people, kept in step by Millrace.
language: ${language[name]}
version: v0.21.0
repo: ${owner}/${name}
sources:
  apis:
    commit: ${commit} # the commit of ${owner}/apis
    sha256: "${sha256}"
default:
  tag_format: '{name}/v{version}'
libraries:
  - name: billing
    version: 1.13.0
    apis:
      - path: acme/billing/v1
  - name: catalog
    version: 0.4.2
    apis:
      - path: acme/catalog/v1
`;

export interface Accounts {
  readonly bot: string;
  readonly developer: string;
  readonly robot: string;
}

/** Makes the accounts and repositories that are missing; what is there stays as it is, and what was begun is ended. */
export async function seed(forge: RunningForge, accounts: Accounts): Promise<void> {
  forge.createOrganization(owner, { millrace: "write", ada: "admin", robot: "write" });
  forge.createToken("millrace", { secret: accounts.bot });
  forge.createToken("ada", { secret: accounts.developer });
  forge.createToken("robot", { secret: accounts.robot });
  const ada = forgeApi(forge.api, accounts.developer);
  const commit = async (name: string): Promise<string | undefined> =>
    (await ada.get<{ sha: string }>(`/repos/${owner}/${name}/commits/main`))?.sha;
  const make = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const there = await commit(name);
    if (there) return there;
    const made = await forge.createRepository({ owner, name, files, actor: "ada", message: `Begin ${name}` });
    return made.sha!;
  };
  const head = await make(source, sourceFiles);
  const missing = [];
  for (const name of sdks) if (!(await commit(name))) missing.push(name);
  if (missing.length > 0) {
    const sha256 = await archiveSha256(forge, accounts.developer, head);
    for (const name of missing) {
      await make(name, {
        "README.md": `# ${name}\n\nGenerated from ${owner}/apis.\n`,
        "librarian.yaml": librarianYaml(name, { commit: head, sha256 }),
        ...sdkBeginnings[name]?.files,
      });
    }
  }
  for (const [name, { files }] of Object.entries(otherBeginnings)) await make(name, files);
  for (const name of released) await beginHistory(ada, name);
}

/** Tags the first commit as the last release, and adds what waits for the next. */
async function beginHistory(ada: ForgeApi, name: string): Promise<void> {
  const repository = `/repos/${owner}/${name}`;
  const { released: tag, waiting } = { ...sdkBeginnings, ...otherBeginnings }[name] ?? {};
  const commits = (await ada.get<readonly { sha: string }[]>(`${repository}/commits?per_page=2`)) ?? [];
  const [first, ...more] = commits;
  // Whoever has gone on with it has a history already.
  if (!first || more.length > 0) return;
  if (tag !== undefined && !(await ada.get(`${repository}/git/ref/tags/${tag}`)))
    await ada.send("POST", `${repository}/git/refs`, { ref: `refs/tags/${tag}`, sha: first.sha });
  if (!waiting) return;
  const content = Buffer.from(waiting.content).toString("base64");
  await ada.send("PUT", `${repository}/contents/${waiting.path}`, {
    message: waiting.message,
    branch: "main",
    content,
  });
}

async function archiveSha256(forge: RunningForge, token: string, commit: string): Promise<string> {
  const answer = await fetch(`${forge.url}/${owner}/${source}/archive/${commit}.tar.gz`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`the forge does not serve the archive of ${commit}: ${answer.status}`);
  return createHash("sha256")
    .update(new Uint8Array(await answer.arrayBuffer()))
    .digest("hex");
}
