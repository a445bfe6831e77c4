import type { ChangeProposal } from "../../schema/change-proposal.ts";
import type { Release } from "../../schema/release.ts";
import { compareVersions, parseVersion, versionOfTag } from "../../sequencer/version.ts";
import type { Hands } from "../change/hands.ts";
import type { ForgeRelease } from "../forge-release-port.ts";
import { readSections } from "./changelog.ts";
import type { Landed } from "./landed.ts";
import { dayOf, lineOf } from "./line.ts";
import type { Place } from "./observe.ts";
import type { Asset, Behind } from "./observed.ts";
import { nextOn } from "./preview.ts";
import { sectionText } from "./section.ts";

/** What there is of a release that was merged. */
export async function observeBehind(release: Release, landed: Landed, place: Place, hands: Hands): Promise<Behind> {
  const { host, at, signal } = hands;
  const tag = place.rule.tagFormat.replace("{version}", landed.version);
  const isTagged = place.refs.tags.get(tag) === landed.commit;
  const isShown = isTagged && release.spec.forgeRelease !== "None";
  const page = isShown ? await host.releases.find(at, tag, signal) : undefined;
  return {
    ...{ is: "behind", landed, tag, isTagged, page, isFresh: true },
    isSurpassed: isSurpassed(landed.version, place),
    ...(await wordsOf(release, { ...landed, tag }, place, hands)),
    assets: await assetsOf(release, landed.commit, page, hands),
    isOpen: await isOpen(place.child, hands),
  };
}

/** The notes as they are in the changelog of the commit; where it has none, those that the commits give. */
async function wordsOf(
  { spec, status = {} }: Release,
  { version, commit, notes, tag }: Landed & { readonly tag: string },
  { rule, refs, repository }: Place,
  hands: Hands,
): Promise<Pick<Behind, "notes" | "previous">> {
  const section = notes ?? (await readSections(rule, commit, hands)).find((each) => each.version === version)?.text;
  // What was there before it stays, whatever is released in between.
  if (section !== undefined && status.commit === commit) return { notes: section, previous: status.previous };
  const line = await lineOf(rule, { refs, head: commit, except: tag }, hands);
  const { previous } = line;
  if (section !== undefined) return { notes: section, previous };
  const day = await dayOf(line, hands);
  const next = nextOn(line, { spec: { ...spec, version, force: true }, repository, day }, hands);
  const told = next.is === "release" ? next.notes : `## ${version} (${day})`;
  return { notes: sectionText({ notes: told, version, day }, spec), previous };
}

function isSurpassed(text: string, { refs, rule: { tagFormat } }: Place): boolean {
  const version = parseVersion(text);
  const others = [...refs.tags.keys()].map((tag) => versionOfTag(tag, tagFormat));
  return version !== undefined && others.some((other) => other !== undefined && compareVersions(other, version) > 0);
}

async function assetsOf(
  { spec }: Release,
  commit: string,
  page: ForgeRelease | undefined,
  { git, remote, signal }: Hands,
): Promise<readonly Asset[]> {
  return Promise.all(
    spec.assets.map(async ({ name, path }): Promise<Asset> => {
      const entry = await git.entry(remote, commit, path, signal);
      if (entry?.mode !== "File" && entry?.mode !== "Executable") return { name, path, is: "absent" };
      const shown = page?.assets.find((each) => each.name === name);
      if (!shown) return { name, path, is: "missing" };
      const content = await git.read(remote, commit, path, signal);
      return { name, path, is: content?.length === shown.bytes ? "there" : "other" };
    }),
  );
}

const over: readonly unknown[] = ["Merged", "NoChange", "Declined", "Superseded", "Released"];

/** Whether its pull request is still open, which a proposal hears of a little later than we do; or may still be opened. */
async function isOpen(child: ChangeProposal | undefined, { host, at, signal }: Hands): Promise<boolean> {
  if (!child || child.metadata.deletionTimestamp !== undefined || over.includes(child.status?.phase)) return false;
  const number = child.status?.pullRequest?.number;
  if (number === undefined) return true;
  return (await host.pulls.get(at, number, signal))?.state === "Open";
}
