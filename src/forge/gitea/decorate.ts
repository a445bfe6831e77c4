import { ForgeError } from "../../reconcilers/errors.ts";
import type { Slug } from "../../reconcilers/forge-port.ts";
import { title } from "../call.ts";
import { type Api, allPages, done, repoPath } from "./api.ts";
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

interface Label {
  readonly id: number;
  readonly name: string;
}

/** By their ids: only newer hosts take names, and pass over those that they do not know. */
async function addLabels(api: Api, { at, number, signal }: PullAt, wished: readonly string[]): Promise<string[]> {
  if (wished.length === 0) return [];
  const known = new Map((await labelsOf(api, at, signal)).map(({ id, name }) => [name, id]));
  const labels = wished.flatMap((name) => known.get(name) ?? []);
  if (labels.length > 0) {
    const doing = `label pull request #${number} of ${title(at)}`;
    const path = repoPath(at, `/issues/${number}/labels`);
    done(await api.send({ doing, path, signal, method: "POST", body: { labels }, pretend: () => undefined }), doing);
  }
  return wished.filter((name) => !known.has(name));
}

/** Labels of the organisation, where there is one, and of the repository, which go before those of the same name. */
async function labelsOf(api: Api, at: Slug, signal: AbortSignal): Promise<readonly Label[]> {
  const doing = `read the labels of ${title(at)}`;
  const [shared, own] = await Promise.all([
    allPages<Label>(api, { doing, path: `/orgs/${encodeURIComponent(at.owner)}/labels`, signal }).catch(noneOfPerson),
    allPages<Label>(api, { doing, path: repoPath(at, "/labels"), signal }),
  ]);
  return [...shared, ...own];
}

/** Where a person is the owner, there is no organisation. */
function noneOfPerson(error: unknown): readonly Label[] {
  if (error instanceof ForgeError && (error.code === "absent" || error.code === "denied")) return [];
  throw error;
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
