import { join } from "node:path";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { Repository } from "../../schema/repository.ts";
import { CommandError } from "../command.ts";
import { fleetOf, type Fleet as Graph } from "../graph/model.ts";
import { drawText } from "../graph/text.ts";
import { released } from "./fleet.ts";
import type { ForgeApi } from "./forge-api.ts";
import type { Hands } from "./kubectl.ts";
import { type Fleet, readFleet, type Watcher } from "./observe.ts";
import { pictureOf } from "./plan-picture.ts";
import { verifyReleases } from "./verify-releases.ts";

const patienceMs = 240_000;

/** What the last chapter needs besides what is watched. */
interface Stage {
  readonly hands: Hands;
  /** Folder of the fleet. */
  readonly folder: string;
  readonly ada: ForgeApi;
  /** Address of the forge's pages. */
  readonly web: string;
}

/** The fleet is released in the order of its graph, live; what was begun before is gone on with. */
export async function releaseFleet(watcher: Watcher, { hands, folder, ada, web }: Stage): Promise<void> {
  const { tell, client, namespace, signal } = watcher;
  const before = await readFleet(client, namespace, signal);
  tell.command("millrace graph", drawText(graphOf(before), tell.paint));
  const file = join(folder, "releases", "fleet.yaml");
  tell.command(`kubectl apply -f ${file}`, await hands.apply(file));
  await followPlan(watcher);
  tell.command("kubectl get releaseplans,releases", await hands.get("releaseplans", "releases"));
  const problems = await verifyReleases(ada);
  if (problems.length > 0)
    throw new CommandError(`the releases are not what they should be\n  ${problems.join("\n  ")}`);
  tell.say(
    "verified on the forge: each tag is the merge of its pull request, and nothing was released before what it needs",
  );
  for (const name of released) tell.say(`  ${web}/acme/${name}/releases`);
}

const graphOf = (fleet: Fleet): Graph =>
  fleetOf((fleet.get(Repository.kind) ?? []).map((each) => Repository.object.parse(each)));

/** Draws the plan anew each time that something in it changes, until it is over. */
async function followPlan({ client, namespace, clock, tell, signal }: Watcher): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let shown: readonly string[] = [];
  for (;;) {
    const fleet = await readFleet(client, namespace, signal);
    const [plan] = (fleet.get(ReleasePlan.kind) ?? []).map((each) => ReleasePlan.object.parse(each));
    const { nodes = [], phase, conditions = [] } = plan?.status ?? {};
    const picture = pictureOf(graphOf(fleet), nodes);
    if (picture.join("\n") !== shown.join("\n")) tell.picture(picture, shown);
    shown = picture;
    if (phase === "Succeeded") return;
    const { message = "not looked at yet" } = conditions.find(({ type }) => type === "Ready") ?? {};
    if (phase === "Failed" || phase === "Blocked" || phase === "Aborted")
      throw new CommandError(`the plan is ${phase}: ${message}`);
    if (performance.now() > deadline)
      throw new CommandError(`the plan is not through after ${patienceMs / 1_000} s: ${message}`, {
        next: "run it again with --verbose to see the controller's log",
      });
    await clock.sleep(150, signal);
  }
}
