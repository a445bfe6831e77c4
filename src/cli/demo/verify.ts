import { createHash } from "node:crypto";
import { librarianYaml, owner, sdks, source } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";

interface Pull {
  readonly number: number;
  readonly head: { readonly ref: string };
  readonly merged_at: string | null;
  readonly html_url: string;
}

/** What the demo promises, read off the forge as anybody could: every sentence that is not so. */
export async function verify(
  forge: ForgeApi,
  archive: (commit: string) => Promise<Uint8Array>,
): Promise<readonly string[]> {
  const head = await forge.get<{ sha: string }>(`/repos/${owner}/${source}/commits/main`);
  if (!head) return [`${owner}/${source} has no branch main`];
  const sha256 = createHash("sha256")
    .update(await archive(head.sha))
    .digest("hex");
  const problems = await Promise.all(sdks.map((name) => problemsOf(forge, name, { commit: head.sha, sha256 })));
  return problems.flat();
}

async function problemsOf(
  forge: ForgeApi,
  name: string,
  wanted: { commit: string; sha256: string },
): Promise<string[]> {
  const problems: string[] = [];
  const isSync = (branch: string): boolean => branch.endsWith(`/sync-sources-${name}`);
  const all = (await forge.get<readonly Pull[]>(`/repos/${owner}/${name}/pulls?state=all`)) ?? [];
  const pulls = all.filter(({ head }) => isSync(head.ref));
  if (pulls.length !== 1) problems.push(`${name} has ${pulls.length} pull requests for its sources, not one`);
  for (const { number, merged_at } of pulls) {
    if (!merged_at) problems.push(`${name}#${number} is not merged`);
    const files =
      (await forge.get<readonly { filename: string; additions: number; deletions: number }[]>(
        `/repos/${owner}/${name}/pulls/${number}/files`,
      )) ?? [];
    const diff = files.map((file) => `${file.filename} +${file.additions} -${file.deletions}`).join(", ");
    if (diff !== "librarian.yaml +2 -2")
      problems.push(`${name}#${number} changes ${diff}, not two lines of librarian.yaml`);
  }
  const file = await forge.get<{ content: string }>(`/repos/${owner}/${name}/contents/librarian.yaml?ref=main`);
  const text = Buffer.from(file?.content ?? "", "base64").toString("utf8");
  if (text !== librarianYaml(name, wanted))
    problems.push(`${name}'s librarian.yaml is not what it should be, byte by byte`);
  const branches = (await forge.get<readonly { name: string }[]>(`/repos/${owner}/${name}/branches`)) ?? [];
  const left = branches.map((each) => each.name).filter(isSync);
  if (left.length > 0) problems.push(`${name} has branches left over: ${left.join(", ")}`);
  return problems;
}
