import { FencedError } from "../controller/fence.ts";
import type { Forge, Forges, Pulls } from "../reconcilers/forge-port.ts";
import type { Git } from "../reconcilers/git-port.ts";

type MayWrite = () => boolean;

/** Git that reads always and pushes only while it may. */
export const fencedGit = (git: Git, mayWrite: MayWrite): Git => ({
  sync: (...args) => git.sync(...args),
  read: (...args) => git.read(...args),
  describe: (...args) => git.describe(...args),
  commit: (...args) => git.commit(...args),
  push: guard("push", mayWrite, (...args: Parameters<Git["push"]>) => git.push(...args)),
});

/** Forges that answer always and are written to only while it may be: asked before each effect, not by a timer. */
export const fencedForges = (forges: Forges, mayWrite: MayWrite): Forges => ({
  of: async (...args) => fencedForge(await forges.of(...args), mayWrite),
});

const fencedForge = (forge: Forge, mayWrite: MayWrite): Forge => ({
  identity: (...args) => forge.identity(...args),
  quota: () => forge.quota(),
  repository: (...args) => forge.repository(...args),
  remote: (...args) => forge.remote(...args),
  archiveSha256: (...args) => forge.archiveSha256(...args),
  pulls: fencedPulls(forge.pulls, mayWrite),
});

const fencedPulls = (pulls: Pulls, mayWrite: MayWrite): Pulls => ({
  find: (...args) => pulls.find(...args),
  get: (...args) => pulls.get(...args),
  checks: (...args) => pulls.checks(...args),
  open: guard("open", mayWrite, (...args: Parameters<Pulls["open"]>) => pulls.open(...args)),
  revise: guard("revise", mayWrite, (...args: Parameters<Pulls["revise"]>) => pulls.revise(...args)),
  merge: guard("merge", mayWrite, (...args: Parameters<Pulls["merge"]>) => pulls.merge(...args)),
  close: guard("close", mayWrite, (...args: Parameters<Pulls["close"]>) => pulls.close(...args)),
});

function guard<A extends unknown[], R>(effect: string, mayWrite: MayWrite, act: (...args: A) => Promise<R>) {
  return (...args: A): Promise<R> => (mayWrite() ? act(...args) : Promise.reject(new FencedError(effect)));
}
