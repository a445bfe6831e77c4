import { createHash } from "node:crypto";
import type { RunningForge } from "../../embedded/forge/server.ts";

export const owner = "acme";
export const source = "apis";
/** The repositories that follow the API source. */
export const sdks = ["sdk-go", "sdk-node", "sdk-python"] as const;
/** All repositories of the fleet. */
export const repositories = [source, ...sdks, "billing", "platform"] as const;
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

const sourceFiles = {
  "README.md": "# APIs\n\nThe definitions that every SDK is generated from.\n",
  "acme/billing/v1/billing.proto":
    'syntax = "proto3";\n\npackage acme.billing.v1;\n\nservice Billing {\n  rpc List(Query) returns (Invoices);\n}\n\nmessage Query {}\n\nmessage Invoices {\n  repeated string name = 1;\n}\n',
  "acme/catalog/v1/catalog.proto":
    'syntax = "proto3";\n\npackage acme.catalog.v1;\n\nservice Catalog {\n  rpc Get(Item) returns (Item);\n}\n\nmessage Item {\n  string name = 1;\n}\n',
};

/** The repositories that depend on SDKs, and are not changed by a sync. */
const others: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  billing: {
    "README.md": "# Billing\n\nA service on the Go SDK.\n",
    "go.mod": "module example.com/acme/billing\n\ngo 1.25\n\nrequire example.com/acme/sdk-go v0.21.0\n",
    "main.go": 'package main\n\nfunc main() {\n\tprintln("billing")\n}\n',
  },
  platform: {
    "README.md": "# Platform\n\nThe distribution: a service and the SDKs that go with it.\n",
    "versions.yaml": "billing: 1.0.0\nsdk-node: 0.21.0\nsdk-python: 0.21.0\n",
  },
};

export interface Accounts {
  readonly bot: string;
  readonly developer: string;
  readonly robot: string;
}

/** Makes the accounts and repositories that are missing; what is there stays as it is. */
export async function seed(
  forge: RunningForge,
  accounts: Accounts,
  at: { commit(name: string): Promise<string | undefined> },
): Promise<void> {
  forge.createOrganization(owner, { millrace: "write", ada: "admin", robot: "write" });
  forge.createToken("millrace", { secret: accounts.bot });
  forge.createToken("ada", { secret: accounts.developer });
  forge.createToken("robot", { secret: accounts.robot });
  const make = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
    const there = await at.commit(name);
    if (there) return there;
    const made = await forge.createRepository({ owner, name, files, actor: "ada", message: `Begin ${name}` });
    return made.sha!;
  };
  const commit = await make(source, sourceFiles);
  const missing = [];
  for (const name of sdks) if (!(await at.commit(name))) missing.push(name);
  if (missing.length > 0) {
    const sha256 = await archiveSha256(forge, accounts.developer, commit);
    for (const name of missing) {
      await make(name, {
        "README.md": `# ${name}\n\nGenerated from ${owner}/apis.\n`,
        "librarian.yaml": librarianYaml(name, { commit, sha256 }),
      });
    }
  }
  for (const [name, files] of Object.entries(others)) await make(name, files);
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
