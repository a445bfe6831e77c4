import { type Answer, type Asked, type Imagined, noCommit } from "./imagined.ts";

/** A request about releases: `query` is what its address asks for besides. */
export interface AskedOfReleases extends Asked {
  readonly query: URLSearchParams;
}

export interface ReleaseScene {
  /** By `/repos/OWNER/NAME/releases/NUMBER`: those that would be there, or would be other than they are. */
  readonly releases: Map<string, Imagined>;
  readonly web: string;
  /** Reads what is really there; undefined where there is nothing. */
  readonly read: (path: string) => Promise<Imagined | undefined>;
}

type Play = (
  place: Readonly<Record<string, string>>,
  asked: AskedOfReleases,
  scene: ReleaseScene,
) => Answer | undefined | Promise<Answer | undefined>;

const nothing: Answer = { status: 404, json: { message: "Not Found" } };
const addressOf = ({ repo, id }: Readonly<Record<string, string>>): string => `${repo}/releases/${id}`;

/** Those that would be made are counted downwards from 0: no host counts so. */
const createRelease: Play = ({ repo = "" }, { body }, { releases, web }) => {
  const { tag_name, name = null, draft = false, prerelease = false } = body;
  const home = `${web}${repo.slice("/repos".length)}`;
  const id = -[...releases.keys()].filter((address) => address.startsWith(`${repo}/releases/-`)).length - 1;
  const html_url = `${home}/releases/tag/${encodeURIComponent(String(tag_name))}`;
  const release = { id, html_url, tag_name, name, body: body["body"] ?? null, draft, prerelease, assets: [] };
  releases.set(addressOf({ repo, id: String(id) }), release);
  return { status: 201, json: release };
};

const changeRelease: Play = async (place, { body }, { releases, read }) => {
  const before = releases.get(addressOf(place)) ?? (await read(addressOf(place)));
  if (!before) return nothing;
  const release = { ...before, ...body };
  releases.set(addressOf(place), release);
  return { status: 200, json: release };
};

const upload: Play = async (place, { body, query }, { releases, read }) => {
  const before = releases.get(addressOf(place)) ?? (await read(addressOf(place)));
  if (!before) return nothing;
  const asset = { id: 0, name: query.get("name"), size: body["bytes"], state: "uploaded" };
  releases.set(addressOf(place), { ...before, assets: [...(before["assets"] as readonly unknown[]), asset] });
  return { status: 201, json: asset };
};

const findRelease: Play = ({ repo, tag = "" }, _, { releases }) => {
  const isWanted = ([address, release]: readonly [string, Imagined]): boolean =>
    address.startsWith(`${repo}/releases/`) && release["tag_name"] === decodeURIComponent(tag);
  const found = [...releases].find(isWanted)?.[1];
  return found && { status: 200, json: found };
};

/** Git is asked for a tag first, and in a rehearsal nobody has made it. */
const findTag: Play = ({ ref = "" }) => ({
  status: 200,
  json: { ref: `refs/${decodeURIComponent(ref)}`, object: { type: "commit", sha: noCommit } },
});

const plays: readonly (readonly [method: string, path: RegExp, play: Play])[] = [
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/releases$/, createRelease],
  ["PATCH", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/releases\/(?<id>-?\d+)$/, changeRelease],
  ["POST", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/releases\/(?<id>-?\d+)\/assets$/, upload],
  ["DELETE", /^\/repos\/[^/]+\/[^/]+\/releases\/assets\/\d+$/, () => ({ status: 204, json: undefined })],
  ["GET", /^(?<repo>\/repos\/[^/]+\/[^/]+)\/releases\/tags\/(?<tag>[^/]+)$/, findRelease],
  ["GET", /^\/repos\/[^/]+\/[^/]+\/git\/ref\/(?<ref>tags(?:\/|%2F).+)$/, findTag],
];

/** What the host would answer now to a request about releases. Undefined for any other, and for what is as it really is. */
export async function imagineRelease(asked: AskedOfReleases, scene: ReleaseScene): Promise<Answer | undefined> {
  for (const [method, path, play] of plays) {
    const groups = method === asked.method ? path.exec(asked.path)?.groups : undefined;
    const place = groups ?? (method === asked.method && path.test(asked.path) ? {} : undefined);
    if (place) return play(place, asked, scene);
  }
  return undefined;
}
