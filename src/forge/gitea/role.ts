import type { Role, Slug } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { type Api, repoPath } from "./api.ts";
import { accountsFor } from "./decorate.ts";

const roles: Readonly<Record<string, Role>> = { owner: "Admin", admin: "Admin", write: "Write", read: "Read" };

/**
 * What an account may do in a repository. Gitea tells it to administrators of the repository only; anybody else learns who
 * may be assigned work there, which are those who may write, and of the others nothing.
 */
export async function roleOf(api: Api, at: Slug, login: string, signal: AbortSignal): Promise<Role> {
  const doing = `read what ${login} may do in ${title(at)}`;
  const path = repoPath(at, `/collaborators/${encodeURIComponent(login)}/permission`);
  const found = await api.getOr<{ readonly permission: string }>({ doing, path, signal }, 403, 404);
  if (found) return roles[found.data.permission] ?? "None";
  // A 404 here as well is a repository that is hidden from us, and is thrown.
  const writers = await accountsFor(api, at, "assignees", signal);
  return writers.some((other) => other.toLowerCase() === login.toLowerCase()) ? "Write" : "None";
}
