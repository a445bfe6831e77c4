import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";
import type { startGiteaFleet } from "./gitea-fleet.ts";

type Fleet = Awaited<ReturnType<typeof startGiteaFleet>>;

/** What the cluster says, however it is asked. */
export interface Cluster {
  /** Phase of each proposal, by its name. */
  phases(): Promise<Readonly<Record<string, string>>>;
  /** What a person would want to read when it does not come to its end. */
  explain(): Promise<string>;
}

const [held, others] = ["sync-sources-sdk-go", ["sync-sources-sdk-node", "sync-sources-sdk-python"]] as const;

/**
 * One push upstream: a pull request in every SDK, merged when its check has passed. One of them a person stops by a comment, is
 * answered once, and lets go on by another.
 */
export async function playOnGitea(fleet: Fleet, cluster: Cluster, seconds = 90): Promise<void> {
  const until = <T>(what: string, look: () => Promise<T | undefined | false>) =>
    eventually(what, look, seconds, () => cluster.explain());
  fleet.paused.add("sdk-go");
  await fleet.push();
  await until("two are merged", async () => {
    const phases = await cluster.phases();
    return others.every((name) => phases[name] === "Merged");
  });
  const [pull] = await until("a pull request waits for its check", async () => {
    const pulls = await fleet.pullsOf("sdk-go");
    return pulls.length > 0 && pulls;
  });
  assert.ok(pull);
  await fleet.say("sdk-go", pull.number, "/millrace hold 1h Not before lunch");
  await until("it is held", async () => (await cluster.phases())[held] === "Held");
  const answers = await until("the person is answered", async () => {
    const found = await fleet.answers("sdk-go", pull.number);
    return found.length > 0 && found;
  });
  assert.equal(answers.length, 1, answers.join("\n---\n"));
  fleet.paused.delete("sdk-go");
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  assert.equal((await cluster.phases())[held], "Held", "its check has passed, and it is held");
  assert.equal((await fleet.pullsOf("sdk-go"))[0]?.merged, false);
  await fleet.say("sdk-go", pull.number, "/millrace hold off");
  await until("it is merged", async () => (await cluster.phases())[held] === "Merged");
  let problems: readonly string[] = [];
  const isAsPromised = async () => {
    problems = await fleet.problems();
    return problems.length === 0;
  };
  await eventually("everything is as promised", isAsPromised, 30, async () => problems.join("\n"));
  assert.equal((await fleet.answers("sdk-go", pull.number)).length, 2, "each command is answered once");
}
