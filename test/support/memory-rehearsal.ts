import type { Forge, ForgeCall, PullRequest, Slug } from "../../src/reconcilers/forge-port.ts";

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
  };
  return { forge: rehearsal, calls: () => sent };
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
