import { somebody } from "../access.ts";
import { type Forge, logTo, nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import type { Repository } from "../store/record.ts";
import { apiUrl, htmlUrl } from "../view/repository.ts";
import { nodeId } from "../view/user.ts";
import { blankRuleset, rulesetIn } from "./input.ts";
import { type Ruleset, rulesets, rulesetsOn } from "./record.ts";

const base = "/repos/{owner}/{repo}";
const one = `${base}/rulesets/{ruleset_id}`;

/** Routes of a repository's rulesets, and of the rules that a branch is under. */
export const rulesetRoutes: readonly Route[] = [
  onRepository("GET", `${base}/rules/branches/{branch}`, "read", (call) => {
    const { forge, repository, params } = call;
    const rules = rulesetsOn(forge.store, repository, params["branch"] ?? "").flatMap(({ id, rules: own }) =>
      own.map((rule) => ({
        ...rule,
        ruleset_source_type: "Repository",
        ruleset_source: `${repository.owner}/${repository.name}`,
        ruleset_id: id,
      })),
    );
    return paged(call, rules, (rule) => rule);
  }),
  onRepository("GET", `${base}/rulesets`, "read", (call) => {
    const all = [...call.forge.store.all(rulesets, call.repository.id).values()];
    return paged(call, all, (ruleset) => summary(call.forge, call.repository, ruleset));
  }),
  onRepository("POST", `${base}/rulesets`, "admin", async (call) => {
    const said = rulesetIn(await call.fields("Ruleset"), blankRuleset);
    const now = nowOf(call.forge);
    const id = call.forge.store.transact((transaction) => transaction.next("id"));
    const ruleset = put(call, { id, createdAt: now, updatedAt: now, ...said });
    return created(rulesetView(call, ruleset));
  }),
  onRepository("GET", one, "read", (call) => answer(call, named(call))),
  onRepository("PUT", one, "admin", async (call) => {
    const before = named(call);
    const said = rulesetIn(await call.fields("Ruleset"), before);
    return answer(call, put(call, { ...before, ...said, updatedAt: nowOf(call.forge) }));
  }),
  onRepository("DELETE", one, "admin", (call) => {
    const { id } = named(call);
    call.forge.store.transact((transaction) => transaction.delete(rulesets, call.repository.id, id));
    return noContent;
  }),
];

function named({ forge, repository, params }: RepositoryCall): Ruleset {
  const ruleset = forge.store.get(rulesets, repository.id, Number(params["ruleset_id"]));
  if (!ruleset) throw notFound();
  return ruleset;
}

function put({ forge, repository, caller }: RepositoryCall, ruleset: Ruleset): Ruleset {
  const actor = somebody(caller).user.login;
  forge.store.transact((transaction) => {
    transaction.put(rulesets, repository.id, ruleset.id, ruleset);
    logTo(transaction, forge, { actor, action: "ruleset.change", subject: ruleset.name, repository });
  });
  return ruleset;
}

const answer = (call: RepositoryCall, ruleset: Ruleset): Answer => ok(rulesetView(call, ruleset));

function summary(forge: Forge, repository: Repository, ruleset: Ruleset): Record<string, unknown> {
  const { id, name, enforcement, createdAt, updatedAt } = ruleset;
  const self = { href: `${apiUrl(forge, repository)}/rulesets/${id}` };
  return {
    ...{ id, name, target: "branch", source_type: "Repository", source: `${repository.owner}/${repository.name}` },
    ...{ enforcement, node_id: nodeId("RRS", id), created_at: createdAt, updated_at: updatedAt },
    _links: { self, html: { href: `${htmlUrl(forge, repository)}/rules/${id}` } },
  };
}

/** GitHub's `repository-ruleset`, with its conditions and rules. */
function rulesetView({ forge, repository }: RepositoryCall, ruleset: Ruleset): Record<string, unknown> {
  const { include, exclude, rules } = ruleset;
  return {
    ...summary(forge, repository, ruleset),
    bypass_actors: [],
    current_user_can_bypass: "never",
    conditions: { ref_name: { include, exclude } },
    rules,
  };
}
