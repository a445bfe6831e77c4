import type { Client } from "../../controller/client.ts";
import type { RunningForge } from "../../embedded/forge/server.ts";
import type { Clock } from "../../reconcilers/ports.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { Forge } from "../../schema/forge.ts";
import { Operation } from "../../schema/operation.ts";
import { Repository } from "../../schema/repository.ts";
import { CommandError } from "../command.ts";
import { news, owner, sdks, source } from "./fleet.ts";
import { type ForgeApi, forgeApi } from "./forge-api.ts";
import type { Hands } from "./kubectl.ts";
import type { Narrator } from "./narrator.ts";
import { type Fleet, follow, notReady, statusOf, type Watcher } from "./observe.ts";
import { pushNews } from "./push.ts";
import { releaseFleet } from "./release.ts";
import type { State } from "./state.ts";
import { verify } from "./verify.ts";

export const namespace = "default";
/** Whoever starts again within a minute is held to what the process before may have sent to the forge, for a minute or two. */
const patienceMs = 180_000;

export interface Scene {
  readonly state: State;
  readonly forge: RunningForge;
  readonly client: Client;
  readonly hands: Hands;
  readonly tell: Narrator;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** PATH of the process. */
  readonly path: string;
  /** Folder of the fleet to apply. */
  readonly fleet: string;
}

/**
 * The main job, told as it happens. Every step first looks whether it was done before, so that the story goes on where
 * a killed process left it. Throws when the end is not what it should be.
 */
export async function tellStory(scene: Scene): Promise<void> {
  const { tell, hands, forge, state } = scene;
  const ada = forgeApi(forge.api, state.credentials.developer);
  const watcher: Watcher = { ...scene, namespace };

  tell.chapter("Declare the fleet");
  if (hands.name === "millrace")
    tell.say("kubectl is not on the PATH: objects are applied, and tables printed, by millrace itself");
  tell.command(`kubectl apply -f ${scene.fleet}`, await hands.apply(scene.fleet));
  const pushed = await newsOf(ada);
  if (!pushed) {
    await follow(watcher, { done: isReady, what: "every object is Ready", patienceMs });
    tell.command("kubectl get forges,repositories,operations", await hands.get("forges", "repositories", "operations"));
  }

  tell.chapter(`A push to ${owner}/${source}: the three SDKs that follow it are behind`);
  if (pushed) tell.say("it was pushed before; going on from there");
  const at = { url: forge.url, token: state.credentials.developer, folder: state.folder, path: scene.path };
  const head = pushed ?? (await pushNews(at, tell, scene.signal));
  await follow(watcher, { done: (fleet) => isDone(fleet, head), what: "every SDK follows the push", patienceMs });

  tell.chapter("Every object is Ready");
  tell.command("kubectl get millrace", await hands.get("forges", "repositories", "operations", "changeproposals"));
  await check(scene, ada);

  tell.chapter("Release it: first what others build on");
  await releaseFleet(watcher, { hands, folder: scene.fleet, ada, web: forge.url });
}

/** The commit of the developer's push, where it was made already. */
async function newsOf(ada: ForgeApi): Promise<string | undefined> {
  const commits = await ada.get<readonly { sha: string; commit: { message: string } }[]>(
    `/repos/${owner}/${source}/commits`,
  );
  return commits?.find(({ commit }) => commit.message === news.message)?.sha;
}

/** What the sync is about: a plan that was begun before has objects, too, and need not be over. */
const synced = (fleet: Fleet): Fleet =>
  new Map(
    [...fleet]
      .filter(([kind]) => syncKinds.has(kind))
      .map(([kind, objects]) => [
        kind,
        kind === ChangeProposal.kind ? objects.filter(({ metadata }) => metadata.name.startsWith("sync-")) : objects,
      ]),
  );
const syncKinds: ReadonlySet<string> = new Set([Forge, Repository, Operation, ChangeProposal].map(({ kind }) => kind));

const isReady = (fleet: Fleet): boolean =>
  (fleet.get(Repository.kind)?.length ?? 0) > 0 && notReady(synced(fleet)).length === 0;

function isDone(fleet: Fleet, head: string): boolean {
  const followed = fleet.get(Repository.kind)?.find(({ metadata }) => metadata.name === source);
  const merged =
    synced(fleet)
      .get(ChangeProposal.kind)
      ?.filter((each) => statusOf(each).phase === "Merged") ?? [];
  return (
    followed !== undefined && statusOf(followed).head?.sha === head && merged.length === sdks.length && isReady(fleet)
  );
}

async function check({ forge, state, tell }: Scene, ada: ForgeApi): Promise<void> {
  const headers = { authorization: `Bearer ${state.credentials.developer}` };
  const archive = async (commit: string) => {
    const answer = await fetch(`${forge.url}/${owner}/${source}/archive/${commit}.tar.gz`, { headers });
    if (!answer.ok) throw new Error(`the forge does not serve the archive of ${commit}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  const problems = await verify(ada, archive);
  if (problems.length > 0) throw new CommandError(`the end is not what it should be\n  ${problems.join("\n  ")}`);
  tell.say(`verified on the forge: one pull request in each of ${sdks.join(", ")}, merged, two lines changed in each`);
  for (const name of sdks) tell.say(`  ${forge.url}/${owner}/${name}/pull/1`);
}
