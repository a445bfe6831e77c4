import { ForgeError } from "../../src/reconcilers/errors.ts";
import type { Forge, ForgeCall, PullRequest, Slug } from "../../src/reconcilers/forge-port.ts";
import type { ForgeRelease, Releases } from "../../src/reconcilers/forge-release-port.ts";

/** The memory forge on which nothing changes. Calls look as GitHub's do. */
export function rehearsed(forge: Forge): { readonly forge: Forge; readonly calls: () => readonly ForgeCall[] } {
  const sent: ForgeCall[] = [];
  const send = (method: string, { owner, name }: Slug, path: string, body: unknown): void => {
    sent.push({ method, path: `/repos/${owner}/${name}/${path}`, body });
  };
  const { pulls } = forge;
  const rehearsal: Forge = {
    capabilities: forge.capabilities,
    identity: (signal) => forge.identity(signal),
    quota: () => forge.quota(),
    repository: (at, signal) => forge.repository(at, signal),
    remote: (at) => forge.remote(at),
    archiveSha256: (at, sha, signal) => forge.archiveSha256(at, sha, signal),
    role: (at, login, signal) => forge.role(at, login, signal),
    content: () => forge.content(),
    rehearse: () => rehearsed(forge),
    pulls: {
      find: (at, branch, signal) => pulls.find(at, branch, signal),
      get: (at, number, signal) => pulls.get(at, number, signal),
      comments: (at, number, after, signal) => pulls.comments(at, number, after, signal),
      approvals: (at, number, signal) => pulls.approvals(at, number, signal),
      closedBy: (at, number, signal) => pulls.closedBy(at, number, signal),
      checks: (at, commit, signal) => pulls.checks(at, commit, signal),
      open: async (at, { branch: head, base }, text) => {
        send("POST", at, "pulls", { head, base, ...text });
        return unborn(base, text);
      },
      revise: async (at, pull, text) => {
        send("PATCH", at, `pulls/${pull.number}`, text);
        return { ...pull, ...text };
      },
      decorate: async (at, number, { labels }) => {
        send("POST", at, `issues/${number}/labels`, { labels });
        return { unknown: [] };
      },
      comment: async (at, number, { body }) => {
        send("POST", at, `issues/${number}/comments`, { body });
        return true;
      },
      merge: async (at, number, { sha, method }) => {
        send("PUT", at, `pulls/${number}/merge`, { sha, merge_method: method.toLowerCase() });
        return { merged: true, sha };
      },
      handOver: async (at, number, { sha }) => {
        send("POST", at, `pulls/${number}/queue`, { sha });
        return { handed: true };
      },
      close: async (at, number, comment) => {
        send("POST", at, `issues/${number}/comments`, { body: comment });
        send("PATCH", at, `pulls/${number}`, { state: "closed" });
      },
    },
    releases: rehearsedReleases(forge.releases, send),
  };
  return { forge: rehearsal, calls: () => sent };
}

type Send = (method: string, at: Slug, path: string, body: unknown) => void;

function rehearsedReleases(releases: Releases, send: Send): Releases {
  const made = new Map<string, ForgeRelease>();
  const key = ({ owner, name }: Slug, tag: string): string => `${owner}/${name} ${tag}`;
  const find: Releases["find"] = async (at, tag, signal) => made.get(key(at, tag)) ?? releases.find(at, tag, signal);
  return {
    find,
    publish: async (at, { tag, title, body, isDraft, isPreRelease }, signal) => {
      const there = await find(at, tag, signal);
      if (there) return there;
      send("POST", at, "releases", { tag_name: tag, name: title, body, draft: isDraft, prerelease: isPreRelease });
      const release = { tag, url: "", title, body, isDraft, isPreRelease, assets: [] };
      made.set(key(at, tag), release);
      return release;
    },
    revise: async (at, { tag, title, body }, signal) => {
      const there = await find(at, tag, signal);
      if (!there || (there.title === title && there.body === body)) return there;
      send("PATCH", at, `releases/${tag}`, { name: title, body });
      made.set(key(at, tag), { ...there, title, body });
      return { ...there, title, body };
    },
    attach: async (at, { tag, name, content }, signal) => {
      const there = await find(at, tag, signal);
      const bytes = content.byteLength;
      if (!there) throw new ForgeError("absent", `there is no release of ${tag}`);
      if (there.assets.some((asset) => asset.name === name && asset.bytes === bytes)) return;
      send("POST", at, `releases/${tag}/assets?name=${name}`, { bytes });
      made.set(key(at, tag), { ...there, assets: [...there.assets, { name, bytes }] });
    },
  };
}

/** A pull request as it would be when it is opened. It has no number yet. */
const unborn = (baseBranch: string, text: Parameters<Forge["pulls"]["open"]>[2]): PullRequest => ({
  number: 0,
  url: "",
  state: "Open",
  title: text.title,
  body: text.body,
  draft: text.draft ?? false,
  baseBranch,
  headSha: "",
  mergeSha: undefined,
  mergeable: undefined,
  handedOver: false,
  openedAt: new Date(0),
  mark: "",
});
