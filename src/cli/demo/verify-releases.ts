import { owner, released } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";
import { pinsAt } from "./pins.ts";

interface Pull {
  readonly number: number;
  readonly created_at: string;
  readonly merge_commit_sha: string | null;
  readonly merged_at: string | null;
}

/** What there is of one repository's release. */
interface Found {
  readonly version: string;
  readonly publishedAt: string;
  /** Its pull requests since, the first one first. */
  readonly pulls: readonly Pull[];
}

/** What the last chapter promises, read off the forge as anybody could: every sentence that is not so. */
export async function verifyReleases(forge: ForgeApi): Promise<readonly string[]> {
  const problems: string[] = [];
  const found = new Map<string, Found>();
  for (const name of released) {
    const one = await releaseOf(forge, name);
    if (typeof one === "string") problems.push(one);
    else found.set(name, one);
  }
  for (const name of released) problems.push(...(await orderOf(forge, name, found)));
  return problems;
}

async function releaseOf(forge: ForgeApi, name: string): Promise<Found | string> {
  const repository = `/repos/${owner}/${name}`;
  const releases =
    (await forge.get<readonly { tag_name: string; published_at: string }[]>(`${repository}/releases`)) ?? [];
  const [release] = releases;
  if (!release || releases.length > 1) return `${name} has ${releases.length} releases, not one`;
  const { tag_name: tag, published_at: publishedAt } = release;
  const ref = await forge.get<{ object: { sha: string } }>(`${repository}/git/ref/tags/${tag}`);
  const pulls = (await forge.get<readonly Pull[]>(`${repository}/pulls?state=all&sort=created&direction=asc`)) ?? [];
  if (!pulls.some(({ merged_at, merge_commit_sha }) => merged_at && merge_commit_sha === ref?.object.sha))
    return `${name}'s tag ${tag} is at ${ref?.object.sha}, which is the merge of none of its pull requests`;
  const changelog = await forge.get<{ content: string }>(`${repository}/contents/CHANGELOG.md?ref=${tag}`);
  const version = tag.replace(/^v/, "");
  if (
    !Buffer.from(changelog?.content ?? "", "base64")
      .toString("utf8")
      .includes(version)
  )
    return `${name}'s changelog does not tell of ${version}`;
  return { version, publishedAt, pulls };
}

/** Whether it builds on what the plan released, and no pull request of it is older than that release. */
async function orderOf(forge: ForgeApi, name: string, found: ReadonlyMap<string, Found>): Promise<string[]> {
  const own = found.get(name);
  if (!own) return [];
  const problems: string[] = [];
  for (const required of await pinsAt(forge, `/repos/${owner}/${name}`, `v${own.version}`)) {
    const dependency = found.get(required.name);
    if (!dependency) continue;
    if (required.version !== dependency.version)
      problems.push(`${name} ${own.version} is on ${required.name} ${required.version}, not ${dependency.version}`);
    if (own.pulls.some(({ created_at }) => created_at < dependency.publishedAt))
      problems.push(`${name} was begun before ${required.name} ${dependency.version} was there`);
  }
  return problems;
}
