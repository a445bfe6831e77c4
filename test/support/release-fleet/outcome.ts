import type { ForgeApi } from "../../../src/cli/demo/forge-api.ts";
import { type Member, manifestOf, manifestText } from "./member.ts";
import type { Told } from "./order.ts";

interface Pull {
  readonly state: string;
  readonly head: { readonly ref: string };
}
interface Release {
  readonly tag_name: string;
  readonly draft: boolean;
  readonly body: string | null;
}

/**
 * What is wrong with what was released, read as a user would: each tag has the manifest that a person would have written, with the
 * versions that came of this plan, a changelog that tells of it, and one release with notes; and no pull request is left open.
 */
export async function problemsOfOutcome(
  members: readonly Member[],
  told: ReadonlyMap<string, Told>,
  forge: ForgeApi,
): Promise<readonly string[]> {
  const versions = new Map([...told].map(([name, { tags }]) => [name, tags[0]?.subject.replace(/^v/, "") ?? "none"]));
  const problems: string[] = [];
  for (const member of members) problems.push(...(await problemsOf(member, versions, forge)));
  return problems;
}

async function problemsOf(
  member: Member,
  versions: ReadonlyMap<string, string>,
  forge: ForgeApi,
): Promise<readonly string[]> {
  const { name } = member;
  const problems: string[] = [];
  const version = versions.get(name) ?? "none";
  const at = `/repos/acme/${name}`;
  const textOf = async (path: string): Promise<string> => {
    const file = await forge.get<{ content: string }>(`${at}/contents/${path}?ref=v${version}`);
    return Buffer.from(file?.content ?? "", "base64").toString("utf8");
  };
  const manifest = await textOf(manifestOf(member));
  const wanted = manifestText(member, version, (other) => versions.get(other) ?? "none");
  if (manifest !== wanted)
    problems.push(`${name}: ${manifestOf(member)} of v${version} is\n${manifest}\nand not\n${wanted}`);
  if (!(await textOf("CHANGELOG.md")).includes(version))
    problems.push(`${name}: CHANGELOG.md does not tell of ${version}`);
  const releases = (await forge.get<readonly Release[]>(`${at}/releases`)) ?? [];
  const [release, ...more] = releases;
  if (release?.tag_name !== `v${version}` || release.draft || !release.body || more.length > 0)
    problems.push(`${name}: its releases are ${JSON.stringify(releases.map(({ tag_name }) => tag_name))}`);
  const open = (await forge.get<readonly Pull[]>(`${at}/pulls?state=open`)) ?? [];
  if (open.length > 0) problems.push(`${name}: ${open.map(({ head }) => head.ref).join(", ")} is open`);
  return problems;
}
