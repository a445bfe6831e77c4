import assert from "node:assert/strict";
import { statusOf, type TourWorld, until } from "./world.ts";

/** A hook that hears of everything; made first, so that what the other tours do is held to the events' description. */
export async function makeHook({ owner, repo, receiver }: TourWorld): Promise<number> {
  const config = { url: receiver, content_type: "json", secret: "s" };
  const { data } = await owner.repos.createWebhook({ ...repo, events: ["*"], config });
  return data.id;
}

/** Hooks and their deliveries. */
export async function tourHooks({ owner, repo, receiver }: TourWorld, hook_id: number): Promise<void> {
  const hook = { ...repo, hook_id };
  await owner.repos.listWebhooks(repo);
  await owner.repos.getWebhook(hook);
  await owner.repos.updateWebhook({ ...hook, add_events: ["push"] });
  await owner.repos.getWebhookConfigForRepo(hook);
  await owner.repos.updateWebhookConfigForRepo({ ...hook, content_type: "json" });
  await owner.repos.pingWebhook(hook);
  await owner.repos.testPushWebhook(hook);
  const delivery = await until(async () => {
    const { data } = await owner.repos.listWebhookDeliveries(hook);
    return data.find(({ event, status }) => event === "ping" && status === "OK");
  });
  await owner.repos.getWebhookDelivery({ ...hook, delivery_id: delivery.id });
  await owner.repos.redeliverWebhookDelivery({ ...hook, delivery_id: delivery.id });
  assert.equal(await statusOf(owner.repos.createWebhook({ ...repo, config: { url: receiver } })), 422);
  await until(async () => {
    const { data } = await owner.repos.listWebhookDeliveries({ ...hook, per_page: 100 });
    return data.every(({ status }) => status !== "pending") || undefined;
  });
  await owner.repos.deleteWebhook(hook);
}

/** An app by its key, and by a token of its installation. */
export async function tourApps(world: TourWorld): Promise<void> {
  const { app, owner, repo, installationId: installation_id } = world;
  assert.equal((await app.apps.getAuthenticated()).data!.slug, "mill");
  await app.apps.listInstallations();
  await app.apps.getInstallation({ installation_id });
  await app.apps.getRepoInstallation(repo);
  const permissions = { contents: "write", checks: "write", metadata: "read" } as const;
  const asked = { installation_id, repositories: ["apis"], permissions };
  const { data: token } = await app.apps.createInstallationAccessToken(asked);
  const excessive = { installation_id, permissions: { workflows: "write" } as const };
  assert.equal(await statusOf(app.apps.createInstallationAccessToken(excessive)), 422);
  const installation = world.octokit(token.token);
  const { data: seen } = await installation.apps.listReposAccessibleToInstallation();
  assert.deepEqual(
    seen.repositories.map(({ full_name }) => full_name),
    ["acme/apis"],
  );
  const { data: run } = await installation.checks.create({ ...repo, name: "by-app", head_sha: world.sha });
  assert.equal(run.app!.slug, "mill");
  assert.equal(await statusOf(owner.checks.update({ ...repo, check_run_id: run.id, status: "in_progress" })), 403);
  assert.equal(await statusOf(owner.apps.getAuthenticated()), 401);
  assert.equal(await statusOf(world.octokit("a.b.c").apps.getAuthenticated()), 401);
}
