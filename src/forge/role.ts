import type { Role, Slug } from "../reconcilers/forge-port.ts";
import { callOr, named, type Rest, title } from "./call.ts";

/** GitHub's own roles by name. A custom role counts as the one that it is built on. */
const roles: Readonly<Record<string, Role>> = {
  admin: "Admin",
  maintain: "Maintain",
  write: "Write",
  triage: "Triage",
  read: "Read",
};

/** What an account may do in a repository, by all ways that it was given it. */
export async function roleOf(rest: Rest, at: Slug, login: string, signal: AbortSignal): Promise<Role> {
  const doing = `read what ${login} may do in ${title(at)}`;
  const found = await callOr(doing, signal, [404], () =>
    rest.repos.getCollaboratorPermissionLevel({ ...named(at), username: login, request: { signal } }),
  );
  if (!found) return "None";
  const { role_name, permission } = found.data;
  return roles[role_name] ?? roles[permission] ?? "None";
}
