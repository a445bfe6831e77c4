import { somebody } from "../access.ts";
import { logTo } from "../forge.ts";
import { noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { checksIn, protectionIn, reviewsIn } from "./input.ts";
import { type Protection, protectionOf, protections } from "./record.ts";
import { adminsView, checksView, protectionUrl, protectionView, reviewsView } from "./view.ts";

const base = "/repos/{owner}/{repo}/branches/{branch}/protection";

/** Routes of branch protection, the classic one, for branches by name. */
export const protectionRoutes: readonly Route[] = [
  onRepository("GET", base, "admin", (call) => ok(protectionView(call.forge, call.repository, own(call)))),
  onRepository("PUT", base, "admin", async (call) => {
    demandBranch(call);
    const protection = protectionIn(await call.fields("ProtectedBranch"), call.params["branch"] ?? "");
    put(call, protection);
    return ok(protectionView(call.forge, call.repository, protection));
  }),
  onRepository("DELETE", base, "admin", (call) => {
    const { branch } = own(call);
    call.forge.store.transact((transaction) => transaction.delete(protections, call.repository.id, branch));
    return noContent;
  }),
  onRepository("GET", `${base}/required_status_checks`, "admin", (call) => ok(checksView(urlOf(call), checksOf(call)))),
  onRepository("PATCH", `${base}/required_status_checks`, "admin", async (call) => {
    const checks = checksIn(await call.fields("ProtectedBranch"), checksOf(call));
    put(call, { ...own(call), checks });
    return ok(checksView(urlOf(call), checks));
  }),
  onRepository("DELETE", `${base}/required_status_checks`, "admin", (call) => {
    put(call, { ...own(call), checks: null });
    return noContent;
  }),
  onRepository("GET", `${base}/required_status_checks/contexts`, "admin", (call) =>
    ok(checksOf(call).checks.map(({ context }) => context)),
  ),
  onRepository("GET", `${base}/required_pull_request_reviews`, "admin", (call) =>
    ok(reviewsView(urlOf(call), reviewsOf(call))),
  ),
  onRepository("PATCH", `${base}/required_pull_request_reviews`, "admin", async (call) => {
    const reviews = reviewsIn(await call.fields("ProtectedBranch"), own(call).reviews ?? undefined);
    put(call, { ...own(call), reviews });
    return ok(reviewsView(urlOf(call), reviews));
  }),
  onRepository("DELETE", `${base}/required_pull_request_reviews`, "admin", (call) => {
    reviewsOf(call);
    put(call, { ...own(call), reviews: null });
    return noContent;
  }),
  onRepository("GET", `${base}/enforce_admins`, "admin", (call) => ok(adminsView(urlOf(call), own(call)))),
  onRepository("POST", `${base}/enforce_admins`, "admin", (call) => {
    const protection = { ...own(call), enforceAdmins: true };
    put(call, protection);
    return ok(adminsView(urlOf(call), protection));
  }),
  onRepository("DELETE", `${base}/enforce_admins`, "admin", (call) => {
    put(call, { ...own(call), enforceAdmins: false });
    return noContent;
  }),
];

const urlOf = ({ forge, repository, params }: RepositoryCall): string =>
  protectionUrl(forge, repository, params["branch"] ?? "");

function demandBranch({ forge, repository, params }: RepositoryCall): void {
  const branch = params["branch"] ?? "";
  if (!forge.git.at(repository.directory).refs.get(`refs/heads/${branch}`)) throw notFound("Branch not found");
}

/** The protection of the branch in the path; 404 in GitHub's two ways. */
function own(call: RepositoryCall): Protection {
  const protection = protectionOf(call.forge.store, call.repository, call.params["branch"] ?? "");
  if (protection) return protection;
  demandBranch(call);
  throw notFound("Branch not protected");
}

function checksOf(call: RepositoryCall) {
  const { checks } = own(call);
  if (!checks) throw notFound("Required status checks not enabled");
  return checks;
}

function reviewsOf(call: RepositoryCall) {
  const { reviews } = own(call);
  if (!reviews) throw notFound();
  return reviews;
}

function put({ forge, repository, caller }: RepositoryCall, protection: Protection): void {
  const actor = somebody(caller).user.login;
  forge.store.transact((transaction) => {
    transaction.put(protections, repository.id, protection.branch, protection);
    logTo(transaction, forge, { actor, action: "protection.change", subject: protection.branch, repository });
  });
}
