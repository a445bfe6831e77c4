import { parseReleaseVersion } from "../../sequencer/release/next-version.ts";
import type { Hands } from "../change/hands.ts";
import { ForgeError } from "../errors.ts";
import type { Behind, Observed } from "./observed.ts";
import { bodyOf } from "./page.ts";
import type { Step } from "./verdict.ts";

/** Carries out one step. Gives the world as it should be now; undefined where somebody else was faster, and a look says who. */
export async function act(
  step: Step,
  observed: Observed & { readonly state: Behind },
  hands: Hands,
): Promise<Observed | undefined> {
  const { state } = observed;
  const changed = await carryOut(step, observed, hands);
  return changed && { ...observed, state: { ...state, ...changed, isFresh: false } };
}

async function carryOut(
  step: Step,
  { release, state }: Observed & { readonly state: Behind },
  { git, remote, host, at, signal }: Hands,
): Promise<Partial<Behind> | undefined> {
  const { tag, commit } = step;
  switch (step.do) {
    case "tag": {
      const went = await git.tag(remote, { name: tag, sha: commit }, signal);
      return went === "done" ? { isTagged: true } : undefined;
    }
    case "publish": {
      const isPreRelease = parseReleaseVersion(state.landed.version)?.pre !== undefined;
      const isDraft = release.spec.forgeRelease === "Draft";
      const latest = state.isSurpassed && { isLatest: false };
      const page = { tag, title: tag, body: bodyOf(state.notes), isDraft, isPreRelease, ...latest };
      return { page: await host.releases.publish(at, page, signal) };
    }
    case "revise": {
      const title = state.page?.title || tag;
      const page = await host.releases.revise(at, { tag, title, body: step.body }, signal);
      return { page };
    }
    case "attach": {
      const content = await git.read(remote, commit, step.path, signal);
      if (!content) throw new ForgeError("absent", `could not attach ${step.path}: ${commit} has no such file`);
      await host.releases.attach(at, { tag, name: step.name, content }, signal);
      const assets = state.assets.map((each) => (each.name === step.name ? { ...each, is: "there" as const } : each));
      return { assets };
    }
  }
}
