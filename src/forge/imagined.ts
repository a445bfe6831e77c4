/** A pull request that is not there, or not so, in the fields of GitHub's that are used. */
export type Imagined = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly method: string;
  /** Below the API's root, without the query. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Scene {
  /** By `/repos/OWNER/NAME/pulls/NUMBER`. */
  readonly pulls: Map<string, Imagined>;
  readonly web: string;
  /** Reads what is really there; undefined where there is nothing. */
  readonly read: (path: string) => Promise<Imagined | undefined>;
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** A commit that nobody has made. */
export const noCommit = "0".repeat(40);
const never = "1970-01-01T00:00:00Z";
const us = { login: "", type: "Bot" };

type Play = (place: { readonly repo: string; readonly number: number }, asked: Asked, scene: Scene) => Promise<Answer>;

const addressOf = ({ repo, number }: { readonly repo: string; readonly number: number }): string =>
  `${repo}/pulls/${number}`;

async function openPull({ repo }: { readonly repo: string }, { body }: Asked, { pulls, web }: Scene): Promise<Answer> {
  const { head, base, title, draft = false } = body;
  const home = `${web}${repo.slice("/repos".length)}`;
  const from = `${encodeURIComponent(String(base))}...${encodeURIComponent(String(head))}`;
  const pull = {
    ...{ number: 0, node_id: "", html_url: `${home}/compare/${from}`, state: "open", draft, title },
    ...{
      body: body["body"] ?? null,
      user: us,
      labels: [],
      assignees: [],
      requested_reviewers: [],
      requested_teams: [],
    },
    ...{ created_at: never, updated_at: never, merged_at: null, merged: false, mergeable: null, auto_merge: null },
    ...{ comments: 0, head: { ref: head, sha: noCommit, repo: { id: 0 } }, base: { ref: base, repo: { id: 0 } } },
  };
  pulls.set(addressOf({ repo, number: 0 }), pull);
  return { status: 201, json: pull };
}

async function mergePull(
  place: { readonly repo: string; readonly number: number },
  asked: Asked,
  scene: Scene,
): Promise<Answer> {
  const merged = { state: "closed", merged: true, merged_at: never, merge_commit_sha: noCommit };
  await changePull(place, { ...asked, body: merged }, scene);
  return { status: 200, json: { sha: noCommit, merged: true, message: "Pull Request successfully merged" } };
}

async function changePull(
  place: { readonly repo: string; readonly number: number },
  { body }: Asked,
  { pulls, read }: Scene,
): Promise<Answer> {
  const address = addressOf(place);
  const before = pulls.get(address) ?? (await read(address));
  if (!before) return { status: 404, json: { message: "Not Found" } };
  const pull = { ...before, ...body };
  pulls.set(address, pull);
  return { status: 200, json: pull };
}

const showPull: Play = (place, asked, scene) => changePull(place, { ...asked, body: {} }, scene);

const writeComment: Play = async (_, { body }) => ({
  status: 201,
  json: { id: 0, body: body["body"], user: us, created_at: never },
});

/** GitHub leaves out whom it does not know; nobody can tell beforehand whom. */
const assign: Play = async (_, { body }) => ({
  status: 201,
  json: { assignees: (body["assignees"] as readonly string[]).map((login) => ({ login })) },
});

/** A mutation is answered by its name; nobody looks into the answer. */
const order: Play = async () => ({ status: 200, json: { data: {} } });

/** What GitHub answers to each write that is sent to it, by method and path. The first that fits holds. */
const plays: readonly (readonly [method: string, path: RegExp, play: Play])[] = [
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/pulls$/, openPull],
  ["PUT", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/pulls\/(?<number>\d+)\/merge$/, mergePull],
  ["PATCH", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/pulls\/(?<number>\d+)$/, changePull],
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/pulls\/(?<number>\d+)\/requested_reviewers$/, showPull],
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/issues\/(?<number>\d+)\/comments$/, writeComment],
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/issues\/(?<number>\d+)\/assignees$/, assign],
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/issues\/(?<number>\d+)\/labels$/, async () => ({ status: 200, json: [] })],
  ["POST", /^(?<repo>)\/graphql$/, order],
  ["GET", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/pulls\/(?<number>\d+)$/, showPull],
  [
    "GET",
    /^(?<repo>\/repos\/[^/]+\/[^/]+)\/(?:issues\/(?<number>0)\/comments|pulls\/0\/reviews)$/,
    async () => ({ status: 200, json: [] }),
  ],
];

/**
 * What the host would answer now. Undefined for what is not known to be otherwise than it really is: for most reads. A
 * pull request that was only imagined has the number 0, and the address at which a person would open it.
 */
export async function imagine(asked: Asked, scene: Scene): Promise<Answer | undefined> {
  for (const [method, path, play] of plays) {
    const groups = method === asked.method ? path.exec(asked.path)?.groups : undefined;
    if (!groups) continue;
    const place = { repo: groups["repo"] ?? "", number: Number(groups["number"] ?? 0) };
    const isQuery = asked.path === "/graphql" && !String(asked.body["query"]).trimStart().startsWith("mutation");
    const isKnown = scene.pulls.has(addressOf(place)) || place.number === 0;
    return isQuery || (method === "GET" && !isKnown) ? undefined : play(place, asked, scene);
  }
  return undefined;
}
