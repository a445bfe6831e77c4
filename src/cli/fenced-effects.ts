import { FencedError } from "../controller/fence.ts";
import type { Forge, Forges, Pulls } from "../reconcilers/forge-port.ts";
import type { Releases } from "../reconcilers/forge-release-port.ts";
import type { Git } from "../reconcilers/git-port.ts";
import type { Memory } from "../reconcilers/ports.ts";
import type { Runner } from "../reconcilers/runner-port.ts";

type MayWrite = () => boolean;

/** Git that reads always and pushes and tags only while it may. */
export const fencedGit = (git: Git, mayWrite: MayWrite): Git => ({
  sync: (...args) => git.sync(...args),
  read: (...args) => git.read(...args),
  entry: (...args) => git.entry(...args),
  tar: (...args) => git.tar(...args),
  diff: (...args) => git.diff(...args),
  isAncestor: (...args) => git.isAncestor(...args),
  describe: (...args) => git.describe(...args),
  commit: (...args) => git.commit(...args),
  pick: (...args) => git.pick(...args),
  revert: (...args) => git.revert(...args),
  list: (...args) => git.list(...args),
  log: (...args) => git.log(...args),
  tag: guard("tag", mayWrite, (...args: Parameters<Git["tag"]>) => git.tag(...args)),
  push: guard("push", mayWrite, (...args: Parameters<Git["push"]>) => git.push(...args)),
});

/** Forges that answer always and are written to only while it may be: asked before each effect, not by a timer. */
export const fencedForges = (forges: Forges, mayWrite: MayWrite): Forges => ({
  of: async (...args) => fencedForge(await forges.of(...args), mayWrite),
});

/** A runner that looks and starts only while it may. What runs already is found again by whoever may. */
export const fencedRunner = (runner: Runner, mayWrite: MayWrite): Runner => ({
  look: guard("run", mayWrite, (...args: Parameters<Runner["look"]>) => runner.look(...args)),
  discard: guard("discard", mayWrite, (...args: Parameters<Runner["discard"]>) => runner.discard(...args)),
});

/** Memory that is read always and written only while it may be. */
export const fencedMemory = (memory: Memory, mayWrite: MayWrite): Memory => ({
  load: (...args) => memory.load(...args),
  save: guard("save", mayWrite, (...args: Parameters<Memory["save"]>) => memory.save(...args)),
});

const fencedForge = (forge: Forge, mayWrite: MayWrite): Forge => ({
  capabilities: forge.capabilities,
  identity: (...args) => forge.identity(...args),
  quota: () => forge.quota(),
  content: () => forge.content(),
  repository: (...args) => forge.repository(...args),
  role: (...args) => forge.role(...args),
  remote: (...args) => forge.remote(...args),
  archiveSha256: (...args) => forge.archiveSha256(...args),
  rehearse: () => forge.rehearse(),
  pulls: fencedPulls(forge.pulls, mayWrite),
  releases: fencedReleases(forge.releases, mayWrite),
});

const fencedPulls = (pulls: Pulls, mayWrite: MayWrite): Pulls => ({
  find: (...args) => pulls.find(...args),
  get: (...args) => pulls.get(...args),
  checks: (...args) => pulls.checks(...args),
  comments: (...args) => pulls.comments(...args),
  approvals: (...args) => pulls.approvals(...args),
  closedBy: (...args) => pulls.closedBy(...args),
  open: guard("open", mayWrite, (...args: Parameters<Pulls["open"]>) => pulls.open(...args)),
  decorate: guard("decorate", mayWrite, (...args: Parameters<Pulls["decorate"]>) => pulls.decorate(...args)),
  revise: guard("revise", mayWrite, (...args: Parameters<Pulls["revise"]>) => pulls.revise(...args)),
  comment: guard("comment", mayWrite, (...args: Parameters<Pulls["comment"]>) => pulls.comment(...args)),
  merge: guard("merge", mayWrite, (...args: Parameters<Pulls["merge"]>) => pulls.merge(...args)),
  handOver: guard("hand over", mayWrite, (...args: Parameters<Pulls["handOver"]>) => pulls.handOver(...args)),
  close: guard("close", mayWrite, (...args: Parameters<Pulls["close"]>) => pulls.close(...args)),
});

const fencedReleases = (releases: Releases, mayWrite: MayWrite): Releases => ({
  find: (...args) => releases.find(...args),
  publish: guard("publish", mayWrite, (...args: Parameters<Releases["publish"]>) => releases.publish(...args)),
  revise: guard("revise", mayWrite, (...args: Parameters<Releases["revise"]>) => releases.revise(...args)),
  attach: guard("attach", mayWrite, (...args: Parameters<Releases["attach"]>) => releases.attach(...args)),
});

function guard<A extends unknown[], R>(effect: string, mayWrite: MayWrite, act: (...args: A) => Promise<R>) {
  return (...args: A): Promise<R> => (mayWrite() ? act(...args) : Promise.reject(new FencedError(effect)));
}
