import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { apiRoutes, uploadRoutes } from "../../src/embedded/forge/routes.ts";
import { makeHook, tourApps, tourHooks } from "./forge-tour/hook-tour.ts";
import { tourMerging } from "./forge-tour/merge-tour.ts";
import { tourPulls, tourReviews } from "./forge-tour/pull-tour.ts";
import { tourReleases } from "./forge-tour/release-tour.ts";
import { tourRepositories } from "./forge-tour/repository-tour.ts";
import { tourChecks, tourProtection, tourRulesets } from "./forge-tour/rule-tour.ts";
import { startWorld, type TourWorld } from "./forge-tour/world.ts";

/** Octokit goes through everything that the forge serves; every answer and every webhook is what GitHub describes. */
let world: TourWorld;
let hookId: number;
before(async () => {
  world = await startWorld();
  hookId = await makeHook(world);
});
after(() => world.close());

const tours = {
  "users, repositories, git data and contents": tourRepositories,
  "pull requests and what is said below them": tourPulls,
  "reviews and remarks": tourReviews,
  "checks and statuses": tourChecks,
  "branch protection": tourProtection,
  rulesets: tourRulesets,
  "auto-merge and merge queues": tourMerging,
  "releases and their files": tourReleases,
  "apps and installations": tourApps,
  "hooks and deliveries": (each: TourWorld) => tourHooks(each, hookId),
};

for (const [about, tour] of Object.entries(tours)) {
  test(`${about} are answered as GitHub describes them`, async () => {
    const seen = new Set(world.problems);
    await tour(world);
    assert.deepEqual(
      [...new Set(world.problems)].filter((each) => !seen.has(each)),
      [],
    );
  });
}

test("every webhook was as GitHub describes it", () => {
  assert.deepEqual(
    world.problems.filter((each) => each.startsWith("webhook")),
    [],
  );
  for (const event of [
    ...["ping", "push", "create", "delete", "status", "label.created", "label.edited", "label.deleted"],
    ...["pull_request.opened", "pull_request.synchronize", "pull_request.closed", "pull_request.reopened"],
    ...["pull_request.edited", "pull_request.labeled", "pull_request.unlabeled", "pull_request.assigned"],
    ...["pull_request.unassigned", "pull_request.review_requested", "pull_request.review_request_removed"],
    ...["pull_request.auto_merge_enabled", "pull_request.auto_merge_disabled", "pull_request.enqueued"],
    ...["pull_request.dequeued", "merge_group.checks_requested", "merge_group.destroyed"],
    ...["pull_request_review.submitted", "pull_request_review.dismissed", "pull_request_review_comment.created"],
    ...["pull_request_review_comment.edited", "pull_request_review_comment.deleted"],
    ...["issue_comment.created", "issue_comment.edited", "issue_comment.deleted"],
    ...["check_run.created", "check_run.completed", "check_suite.completed"],
    ...[
      "release.created",
      "release.published",
      "release.released",
      "release.prereleased",
      "release.edited",
      "release.deleted",
    ],
  ]) {
    assert.ok(world.heard.has(event), `${event} was not heard; heard were ${[...world.heard].sort().join(", ")}`);
  }
});

test("every route that the forge serves was called", () => {
  const served = [...apiRoutes, ...uploadRoutes].map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(
    served.filter((each) => !world.called.has(each)),
    [],
  );
});
