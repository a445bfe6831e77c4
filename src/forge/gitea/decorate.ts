import type { Slug } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { type Api, done, repoPath } from "./api.ts";
import type { GiteaUser } from "./pull-request.ts";
import type { PullAt, Reader } from "./reader.ts";

export interface Wish {
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  readonly assignees: readonly string[];
}

/** How a team is told from an account. */
const team = "team/";
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Adds what Gitea knows of the wish to a pull request, and names what it does not know. */
export async function decorate(reader: Reader, pull: PullAt, wish: Wish): Promise<readonly string[]> {
  return [
    ...(await addLabels(reader.api, pull, wish.labels)),
    ...(await addReviewers(reader, pull, wish.reviewers)),
    ...(await addAssignees(reader, pull, wish.assignees)),
  ];
}

/** Gitea takes labels by name, of the repository and of its organisation, and passes over those that it does not know. */
async function addLabels(api: Api, { at, number, signal }: PullAt, labels: readonly string[]): Promise<string[]> {
  if (labels.length === 0) return [];
  const doing = `label pull request #${number} of ${title(at)}`;
  const path = repoPath(at, `/issues/${number}/labels`);
  const pretend = (): readonly { readonly name: string }[] => labels.map((name) => ({ name }));
  const there = done(await api.send({ doing, path, signal, method: "POST", body: { labels }, pretend }), doing);
  return labels.filter((name) => !there.some((label) => label.name === name));
}

/** One reviewer that Gitea does not take is reason enough for it to take none, so only those are asked whom it offers. */
async function addReviewers(reader: Reader, pull: PullAt, wished: readonly string[]): Promise<string[]> {
  if (wished.length === 0) return [];
  const { at, number, signal } = pull;
  const teams = wished.filter((name) => name.startsWith(team)).map((name) => name.slice(team.length));
  const accounts = wished.filter((name) => !name.startsWith(team));
  const author = (await reader.raw(pull))?.user.login ?? "";
  const offered = (await accountsFor(reader.api, at, "reviewers", signal)).filter((login) => !same(login, author));
  const knownTeams = teams.length === 0 ? [] : await teamsOf(reader.api, at, signal);
  const [reviewers, strangers] = split(accounts, offered);
  const [team_reviewers, strangeTeams] = split(teams, knownTeams);
  if (reviewers.length + team_reviewers.length > 0) {
    const doing = `ask for a review of pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/pulls/${number}/requested_reviewers`);
    const body = { reviewers, team_reviewers };
    done(await reader.api.send({ doing, path, signal, method: "POST", body, pretend: () => undefined }), doing);
  }
  return [...strangers, ...strangeTeams.map((name) => `${team}${name}`)];
}

/** Gitea sets the whole list, so those that are there stay in it. */
async function addAssignees(reader: Reader, pull: PullAt, wished: readonly string[]): Promise<string[]> {
  if (wished.length === 0) return [];
  const { at, number, signal } = pull;
  const [known, strangers] = split(wished, await accountsFor(reader.api, at, "assignees", signal));
  const there = ((await reader.raw(pull))?.assignees ?? []).map(({ login }) => login);
  const added = known.filter((login) => !there.some((other) => same(other, login)));
  if (added.length > 0) {
    const doing = `assign pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/issues/${number}`);
    const body = { assignees: [...there, ...added] };
    done(await reader.api.send({ doing, path, signal, method: "PATCH", body, pretend: () => undefined }), doing);
  }
  return strangers;
}

/** Those who are known, as Gitea writes them, and the others. */
function split(wished: readonly string[], known: readonly string[]): [string[], string[]] {
  const found = wished.map((name) => ({ name, login: known.find((login) => same(login, name)) }));
  return [
    found.flatMap(({ login }) => (login === undefined ? [] : [login])),
    found.filter(({ login }) => login === undefined).map(({ name }) => name),
  ];
}

/** Accounts that may review in a repository, or that work may be assigned to. */
export async function accountsFor(
  api: Api,
  at: Slug,
  what: "reviewers" | "assignees",
  signal: AbortSignal,
): Promise<readonly string[]> {
  const call = { doing: `read the ${what} of ${title(at)}`, path: repoPath(at, `/${what}`), signal };
  return ((await api.get<readonly GiteaUser[] | null>(call)).data ?? []).map(({ login }) => login);
}

/** Teams with access to a repository; none where its owner is a person. */
async function teamsOf(api: Api, at: Slug, signal: AbortSignal): Promise<readonly string[]> {
  const call = { doing: `read the teams of ${title(at)}`, path: repoPath(at, "/teams"), signal };
  const found = await api.getOr<readonly { readonly name: string }[] | null>(call, 403, 404, 405);
  return (found?.data ?? []).map(({ name }) => name);
}
