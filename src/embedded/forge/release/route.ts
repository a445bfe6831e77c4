import { permissionOf, somebody } from "../access.ts";
import { logTo, nowOf } from "../forge.ts";
import { type Answer, created, noContent, ok } from "../http/answer.ts";
import type { RepositoryCall } from "../http/call.ts";
import { paged } from "../http/pagination.ts";
import { notFound, unprocessable } from "../http/problem.ts";
import { onRepository, type Route } from "../http/router.ts";
import { bareOf, creating } from "../rest/lookup.ts";
import { removeAssetFile } from "./asset-file.ts";
import { releaseIn } from "./input.ts";
import { generateNotes } from "./notes.ts";
import { assets, assetsOf, latestRelease, type Release, releases, releasesOf } from "./record.ts";
import { releaseView } from "./view.ts";
import { blankRelease, tellRelease, writeRelease } from "./write.ts";

const base = "/repos/{owner}/{repo}/releases";

/** Routes of releases. */
export const releaseRoutes: readonly Route[] = [
  onRepository("GET", base, "read", (call) => {
    const all = releasesOf(call.forge.store, call.repository, mayWrite(call));
    return paged(call, all, (release) => releaseView(call.forge, call.repository, release));
  }),
  onRepository("POST", base, "write", createRelease),
  onRepository("POST", `${base}/generate-notes`, "write", async (call) => {
    const input = await call.fields("Release");
    const target = input.optionalText("target_commitish") ?? call.repository.defaultBranch;
    const previousTag = input.optionalText("previous_tag_name");
    return ok(await generateNotes(call.forge, call.repository, { tag: input.text("tag_name"), target, previousTag }));
  }),
  onRepository("GET", `${base}/latest`, "read", (call) =>
    answer(call, latestRelease(call.forge.store, call.repository)),
  ),
  onRepository("GET", `${base}/tags/{tag}`, "read", (call) => {
    const published = releasesOf(call.forge.store, call.repository, false);
    return answer(
      call,
      published.find(({ tag }) => tag === call.params["tag"]),
    );
  }),
  onRepository("GET", `${base}/{release_id}`, "read", (call) => answer(call, releaseNamed(call))),
  onRepository("PATCH", `${base}/{release_id}`, "write", updateRelease),
  onRepository("DELETE", `${base}/{release_id}`, "write", deleteRelease),
];

function answer({ forge, repository }: RepositoryCall, release: Release | undefined): Answer {
  if (!release) throw notFound();
  return ok(releaseView(forge, repository, release));
}

const mayWrite = ({ forge, caller, repository }: RepositoryCall): boolean =>
  ["write", "admin"].includes(permissionOf(forge.store, caller, repository));

/** The release that a path numbers; a draft only for those who may write. */
export function releaseNamed(call: RepositoryCall): Release {
  const release = call.forge.store.get(releases, call.repository.id, Number(call.params["release_id"]));
  if (!release || (release.draft && !mayWrite(call))) throw notFound();
  return release;
}

async function createRelease(call: RepositoryCall): Promise<Answer> {
  const { forge, repository } = call;
  const input = await call.fields("Release");
  input.text("tag_name");
  creating(call);
  const bare = bareOf(call);
  if (bare.refs.list("refs/heads/").length === 0) throw unprocessable("Repository is empty.");
  const release = await bare.exclusive(async () => {
    const id = forge.store.transact((transaction) => transaction.next("id"));
    const said = releaseIn(input, blankRelease(call, id));
    const notes = input.optionalFlag("generate_release_notes")
      ? await generateNotes(forge, repository, { ...said, previousTag: undefined })
      : undefined;
    const made: Release = {
      ...blankRelease(call, id),
      ...said,
      name: said.name ?? notes?.name ?? null,
      body: notes ? [said.body, notes.body].filter(Boolean).join("\n\n") : said.body,
      publishedAt: said.draft ? null : nowOf(forge),
    };
    await writeRelease(call, made);
    return made;
  });
  const view = releaseView(forge, repository, release);
  return created(view, String(view["url"]));
}

async function updateRelease(call: RepositoryCall): Promise<Answer> {
  const input = await call.fields("Release");
  const release = await bareOf(call).exclusive(async () => {
    const before = releaseNamed(call);
    const said = releaseIn(input, before);
    const now = nowOf(call.forge);
    const publishedAt = said.draft ? null : (before.publishedAt ?? now);
    const changed: Release = { ...before, ...said, updatedAt: now, publishedAt };
    await writeRelease(call, changed, before);
    return changed;
  });
  return answer(call, release);
}

/** Takes a release and its files away; the tag stays, as on GitHub. */
function deleteRelease(call: RepositoryCall): Answer {
  const { forge, repository } = call;
  const release = releaseNamed(call);
  const files = assetsOf(forge.store, repository, release.id);
  forge.store.transact((transaction) => {
    tellRelease(call, transaction, "deleted", release);
    transaction.delete(releases, repository.id, release.id);
    for (const { id } of files) transaction.delete(assets, repository.id, id);
    const actor = somebody(call.caller).user.login;
    logTo(transaction, forge, { actor, action: "release.delete", subject: release.tag, repository });
  });
  for (const asset of files) removeAssetFile(forge, repository, asset);
  return noContent;
}
