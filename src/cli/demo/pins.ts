import type { ForgeApi } from "./forge-api.ts";

/** A version of another repository of the fleet that a manifest requires. */
export interface Required {
  /** The repository. */
  readonly name: string;
  readonly version: string;
}

/** How each manifest of the fleet writes that it requires a repository in a version. */
const manifests: Readonly<Record<string, RegExp>> = {
  "go.mod": /example\.com\/acme\/(?<name>[\w-]+) v(?<version>[\w.+-]+)/g,
  "package.json": /"@acme\/(?<name>[\w-]+)": "\^(?<version>[\w.+-]+)"/g,
  "requirements.txt": /acme-(?<name>[\w-]+)==(?<version>[\w.+-]+)/g,
};

/** What the manifests of a commit require of the fleet. `repository` is `/repos/OWNER/NAME`. */
export async function pinsAt(forge: ForgeApi, repository: string, ref: string): Promise<readonly Required[]> {
  const found = await Promise.all(
    Object.entries(manifests).map(async ([path, pattern]) => {
      const file = await forge.get<{ content: string }>(`${repository}/contents/${path}?ref=${ref}`);
      const text = Buffer.from(file?.content ?? "", "base64").toString("utf8");
      return [...text.matchAll(pattern)].map(({ groups = {} }) => ({
        name: groups["name"] ?? "",
        version: groups["version"] ?? "",
      }));
    }),
  );
  return found.flat();
}
