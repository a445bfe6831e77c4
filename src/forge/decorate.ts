import { ForgeError } from "../reconcilers/errors.ts";
import { call, callOr, named, type Rest, title } from "./call.ts";
import type { PullAt } from "./merge.ts";

export interface Wish {
  readonly labels: readonly string[];
  /** Accounts, and teams as `team/NAME`. */
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
}

interface Scene extends PullAt {
  readonly rest: Rest;
  readonly doing: string;
}

const team = "team/";
const has = (list: readonly string[], name: string): boolean =>
  list.some((each) => each.toLowerCase() === name.toLowerCase());
const without = (list: readonly string[], there: readonly string[]): readonly string[] =>
  list.filter((each) => !has(there, each));

/**
 * Adds what a pull request lacks, and takes nothing away. Labels that the repository does not have are named and not made:
 * GitHub would make one of every typing error.
 */
export async function decoratePull(rest: Rest, where: PullAt, wish: Wish): Promise<{ readonly unknown: string[] }> {
  const { at, number, signal } = where;
  const scene: Scene = { rest, ...where, doing: `decorate pull request #${number} of ${title(at)}` };
  if ([...wish.labels, ...wish.reviewers, ...wish.assignees].length === 0) return { unknown: [] };
  const { data: pull } = await call(scene.doing, signal, () =>
    rest.pulls.get({ ...named(at), pull_number: number, request: { signal } }),
  );
  const logins = (list: readonly { readonly login: string }[] | null | undefined) =>
    (list ?? []).map(({ login }) => login);
  const asked = [
    ...logins(pull.requested_reviewers),
    ...(pull.requested_teams ?? []).map(({ slug }) => `${team}${slug}`),
  ];
  const labels = without(
    wish.labels,
    pull.labels.map(({ name }) => name),
  );
  return {
    unknown: [
      ...(await addLabels(scene, labels)),
      ...(await addReviewers(scene, without(wish.reviewers, asked), pull.user.login)),
      ...(await addAssignees(scene, without(wish.assignees, logins(pull.assignees)))),
    ],
  };
}

async function addLabels({ rest, at, number, signal, doing }: Scene, wanted: readonly string[]): Promise<string[]> {
  const isKnown = await Promise.all(
    wanted.map((name) =>
      callOr(doing, signal, [404], () => rest.issues.getLabel({ ...named(at), name, request: { signal } })),
    ),
  );
  const labels = wanted.filter((_, index) => isKnown[index]);
  if (labels.length > 0)
    await call(doing, signal, () =>
      rest.issues.addLabels({ ...named(at), issue_number: number, labels, request: { signal } }),
    );
  return wanted.filter((name) => !labels.includes(name));
}

/** GitHub refuses all of a list for the sake of one, so after a refusal they are asked one by one. */
async function addReviewers(scene: Scene, wanted: readonly string[], author: string): Promise<string[]> {
  const askable = wanted.filter((name) => !has([author], name));
  const own = wanted.filter((name) => has([author], name));
  if (askable.length === 0 || (await ask(scene, askable))) return own;
  if (askable.length === 1) return [...own, ...askable];
  const refused: string[] = [];
  for (const name of askable) if (!(await ask(scene, [name]))) refused.push(name);
  return [...own, ...refused];
}

async function ask({ rest, at, number, signal, doing }: Scene, names: readonly string[]): Promise<boolean> {
  const reviewers = names.filter((name) => !name.startsWith(team));
  const teams = names.filter((name) => name.startsWith(team)).map((name) => name.slice(team.length));
  const lists = {
    ...(reviewers.length > 0 && { reviewers }),
    ...(teams.length > 0 && { team_reviewers: teams }),
  };
  try {
    await call(doing, signal, () =>
      rest.pulls.requestReviewers({ ...named(at), pull_number: number, ...lists, request: { signal } }),
    );
    return true;
  } catch (error) {
    if (error instanceof ForgeError && error.code === "rejected") return false;
    throw error;
  }
}

/** Whom GitHub does not know it leaves out, without a word. */
async function addAssignees({ rest, at, number, signal, doing }: Scene, wanted: readonly string[]): Promise<string[]> {
  if (wanted.length === 0) return [];
  const { data } = await call(doing, signal, () =>
    rest.issues.addAssignees({ ...named(at), issue_number: number, assignees: [...wanted], request: { signal } }),
  );
  const assigned = (data.assignees ?? []).map(({ login }) => login);
  return [...without(wanted, assigned)];
}
