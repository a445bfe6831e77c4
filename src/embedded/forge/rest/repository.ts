import { permissionOf, somebody } from "../access.ts";
import { type Forge, findUser, nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { Call, RepositoryCall } from "../http/call.ts";
import type { Fields } from "../http/field.ts";
import { paged } from "../http/pagination.ts";
import { forbidden, invalid, notFound } from "../http/problem.ts";
import { onRepository, type Route, signedIn } from "../http/router.ts";
import { deleteRepository, renameRepository } from "../ref/repository.ts";
import { createRepository, isRepositoryName } from "../seed.ts";
import { collaborators, type Repository, repositories } from "../store/record.ts";
import { apiUrl, fullRepository, listedRepository, repositoryView } from "../view/repository.ts";
import { bareOf } from "./lookup.ts";

function settingsIn(input: Fields): Partial<Repository> {
  const flags = {
    allowMergeCommit: input.optionalFlag("allow_merge_commit"),
    allowSquashMerge: input.optionalFlag("allow_squash_merge"),
    allowRebaseMerge: input.optionalFlag("allow_rebase_merge"),
    allowAutoMerge: input.optionalFlag("allow_auto_merge"),
    deleteBranchOnMerge: input.optionalFlag("delete_branch_on_merge"),
  };
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

async function create(call: Call, owner: string): Promise<Answer> {
  const { forge } = call;
  const caller = somebody(call.caller);
  const input = await call.fields("Repository");
  const name = input.text("name");
  forge.quota.create(caller.credential);
  const [description, homepage] = [input.optionalText("description"), input.optionalText("homepage")];
  const { repository } = await createRepository(forge, {
    owner,
    name,
    private: input.optionalFlag("private") ?? false,
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(input.optionalFlag("auto_init") ? { files: { "README.md": `# ${name}\n` } } : {}),
    actor: caller.user.login,
    settings: settingsIn(input),
  });
  return created(fullRepository(forge, repository, "admin"), apiUrl(forge, repository));
}

function createInOrganization(call: Call): Promise<Answer> {
  const organization = findUser(call.forge.store, call.params["org"] ?? "");
  if (organization?.type !== "Organization") throw notFound();
  const { user } = somebody(call.caller);
  const role = call.forge.store.get(collaborators, organization.login.toLowerCase(), user.login.toLowerCase());
  if (role !== "admin" && role !== "write" && !user.siteAdmin) {
    throw forbidden("You need admin access to the organization before adding a repository to it.");
  }
  return create(call, organization.login);
}

async function update(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("Repository");
  const branch = input.optionalText("default_branch");
  const bare = bareOf(call);
  if (branch !== undefined && bare.refs.get(`refs/heads/${branch}`) === undefined) {
    throw invalid({ resource: "Repository", field: "default_branch", code: "invalid" });
  }
  const name = input.optionalText("name") ?? repository.name;
  if (!isRepositoryName(name)) throw invalid({ resource: "Repository", field: "name", code: "invalid", value: name });
  if (branch !== undefined) bare.setHead(branch);
  const changed: Repository = {
    ...repository,
    ...settingsIn(input),
    defaultBranch: branch ?? repository.defaultBranch,
    private: input.optionalFlag("private") ?? repository.private,
    archived: input.optionalFlag("archived") ?? repository.archived,
    description: input.has("description") ? (input.optionalText("description") ?? null) : repository.description,
    homepage: input.has("homepage") ? (input.optionalText("homepage") ?? null) : repository.homepage,
    updatedAt: nowOf(forge),
  };
  const actor = somebody(call.caller).user.login;
  const now = forge.store.transact((transaction) => {
    transaction.put(repositories, "", repository.id, changed);
    return name === repository.name ? changed : renameRepository(transaction, forge, changed, { name, actor });
  });
  return ok(fullRepository(forge, now, "admin"));
}

const visible = (forge: Forge, call: Call, which: (repository: Repository) => boolean): readonly Repository[] =>
  [...forge.store.all(repositories, "").values()].filter(
    (repository) => which(repository) && permissionOf(forge.store, call.caller, repository) !== "none",
  );

function ownRepositories(call: Call): Promise<Answer> {
  const { user } = somebody(call.caller);
  const belongs = (repository: Repository): boolean =>
    repository.owner.toLowerCase() === user.login.toLowerCase() ||
    permissionOf(call.forge.store, call.caller, repository) !== (repository.private ? "none" : "read");
  return paged(call, visible(call.forge, call, belongs), (repository) =>
    listedRepository(call.forge, repository, permissionOf(call.forge.store, call.caller, repository)),
  );
}

export const repositoryRoutes: readonly Route[] = [
  onRepository("GET", "/repos/{owner}/{repo}", "read", ({ forge, repository, caller }) =>
    ok(fullRepository(forge, repository, permissionOf(forge.store, caller, repository))),
  ),
  onRepository("PATCH", "/repos/{owner}/{repo}", "admin", update),
  onRepository("DELETE", "/repos/{owner}/{repo}", "admin", async ({ forge, repository, caller }) => {
    await deleteRepository(forge, repository, somebody(caller));
    return noContent;
  }),
  signedIn("POST", "/user/repos", (call) => create(call, somebody(call.caller).user.login)),
  signedIn("GET", "/user/repos", ownRepositories),
  signedIn("POST", "/orgs/{org}/repos", createInOrganization),
  signedIn("GET", "/orgs/{org}/repos", (call) => {
    const org = (call.params["org"] ?? "").toLowerCase();
    if (findUser(call.forge.store, org)?.type !== "Organization") throw notFound();
    const found = visible(call.forge, call, (repository) => repository.owner.toLowerCase() === org);
    return paged(call, found, (repository) => repositoryView(call.forge, repository));
  }),
];
