import assert from "node:assert/strict";
import { test } from "node:test";
import type { Slug } from "../../src/reconcilers/forge-port.ts";
import type { ForgeRelease } from "../../src/reconcilers/forge-release-port.ts";
import { type Suite, signal } from "./forge-fixture.ts";
import { rejectsAs } from "./git.contract.ts";

const wanted = {
  tag: "v1.2.3",
  title: "v1.2.3: streaming",
  body: "## Features\n\n- streams ([#41](https://example.com/41)) — ä 🚧\n\n<!-- mark -->\n",
  isDraft: false,
  isPreRelease: false,
};
const content = new Uint8Array([0, 255, 10, 13, 128, ...Buffer.from("bytes, and no text")]);

/** Releases of a forge. */
export function testReleases({ host, repository }: Suite): void {
  const releases = () => host().forge.releases;
  /** A repository with one tag. */
  const tagged = async (tag = wanted.tag): Promise<{ readonly at: Slug; readonly id: string }> => {
    const { at, id, first } = await repository();
    await host().tag(id, tag, first);
    return { at, id };
  };
  const said = ({ url: _, assets: __, ...rest }: ForgeRelease) => rest;

  test("publishes the release of a tag, once, and finds it by the tag", async () => {
    const { at, id } = await tagged();
    assert.equal(await releases().find(at, wanted.tag, signal), undefined);
    const made = await releases().publish(at, wanted, signal);
    assert.deepEqual(said(made), wanted);
    assert.ok(made.url.includes(id) && URL.canParse(made.url), made.url);
    assert.deepEqual(made.assets, []);
    assert.deepEqual(await releases().find(at, wanted.tag, signal), made);
    assert.deepEqual(await releases().publish(at, { ...wanted, title: "Other" }, signal), made);
    assert.equal(await releases().find(at, "v1.2", signal), undefined);
    assert.deepEqual(await host().releases(id), [[wanted.tag, wanted.title]]);
  });

  test("makes no tag: what is not tagged cannot be released", async () => {
    const { at, id } = await repository();
    for (const isDraft of [false, true])
      await rejectsAs(releases().publish(at, { ...wanted, isDraft }, signal), "conflict");
    assert.deepEqual([await host().tags(id), await host().releases(id)], [[], []]);
  });

  test("makes a draft and a pre-release, and finds both", async () => {
    const { at, id, first } = await repository();
    for (const tag of ["v1.0.0", "v1.1.0-beta.1"]) await host().tag(id, tag, first);
    const draft = await releases().publish(at, { ...wanted, tag: "v1.0.0", isDraft: true }, signal);
    const early = await releases().publish(at, { ...wanted, tag: "v1.1.0-beta.1", isPreRelease: true }, signal);
    assert.deepEqual(
      [draft.isDraft, draft.isPreRelease, early.isDraft, early.isPreRelease],
      [true, false, false, true],
    );
    assert.deepEqual(said((await releases().find(at, "v1.0.0", signal))!), said(draft));
    assert.deepEqual(await releases().find(at, "v1.1.0-beta.1", signal), early);
    assert.deepEqual(
      said(await releases().publish(at, { ...wanted, tag: "v1.0.0", isDraft: true }, signal)),
      said(draft),
    );
    assert.equal((await host().releases(id)).length, 2);
  });

  test("knows tags of libraries and of builds by their whole names", async () => {
    const { at, id, first } = await repository();
    const tags = ["lib/v1.2.3", "lib/a/v1.2.3", "v1.2.3+build.5", "lib-v1.2.3", "ü%2F1"];
    for (const tag of tags) await host().tag(id, tag, first);
    for (const tag of tags) await releases().publish(at, { ...wanted, tag, title: tag }, signal);
    for (const tag of tags) assert.equal((await releases().find(at, tag, signal))?.title, tag);
    assert.equal((await host().releases(id)).length, tags.length);
    await releases().attach(at, { tag: "lib/a/v1.2.3", name: "a.bin", content }, signal);
    assert.deepEqual((await releases().find(at, "lib/a/v1.2.3", signal))?.assets, [{ name: "a.bin", bytes: 23 }]);
  });

  test("takes over what a person published, as it is", async () => {
    const { at, id } = await tagged();
    await host().release(id, { tag: wanted.tag, title: "By hand", body: "Mine." });
    const found = await releases().publish(at, wanted, signal);
    assert.deepEqual([found.title, found.body, found.isDraft], ["By hand", "Mine.", false]);
    assert.deepEqual(await host().releases(id), [[wanted.tag, "By hand"]]);
  });

  test("changes title and text of a release, and nothing where there is none", async () => {
    const { at } = await tagged();
    const { tag } = wanted;
    assert.equal(await releases().revise(at, { tag, title: "Other", body: "" }, signal), undefined);
    const made = await releases().publish(at, wanted, signal);
    for (const [title, body] of [
      [wanted.title, "Other.\n\n- x\n"],
      ["Other", ""],
      ["Other", ""],
    ] as const) {
      const revised = await releases().revise(at, { tag, title, body }, signal);
      assert.deepEqual(revised, { ...made, title, body });
      assert.deepEqual(await releases().find(at, tag, signal), revised);
    }
  });

  test("adds files to a release, once each, byte for byte", async () => {
    const { at, id } = await tagged();
    const { tag } = wanted;
    await releases().publish(at, wanted, signal);
    const files = [
      { name: "sdk-1.2.3+linux_amd64.tar.gz", content },
      { name: "CHECKSUMS", content: Buffer.from("abc\n") },
    ];
    for (const file of [...files, ...files]) await releases().attach(at, { tag, ...file }, signal);
    const { assets } = (await releases().find(at, tag, signal))!;
    assert.deepEqual(
      [...assets].sort((a, b) => (a.name < b.name ? -1 : 1)),
      files
        .map(({ name, content }) => ({ name, bytes: content.byteLength }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    for (const { name, content } of files)
      assert.deepEqual(Buffer.from(await host().download(id, tag, name)), Buffer.from(content));
  });

  test("leaves another file of the same name alone, and has nowhere to put one without a release", async () => {
    const { at, id } = await tagged();
    const { tag } = wanted;
    const attach = (content: string) =>
      releases().attach(at, { tag, name: "a.txt", content: Buffer.from(content) }, signal);
    await rejectsAs(attach("one"), "absent");
    await releases().publish(at, wanted, signal);
    await attach("one");
    await rejectsAs(attach("another"), "conflict");
    assert.equal(Buffer.from(await host().download(id, tag, "a.txt")).toString(), "one");
  });

  test("finds the releases of a repository that was renamed", async () => {
    const { at, id } = await tagged();
    await host().rename(id, `${id}-renamed`);
    await releases().publish(at, wanted, signal);
    await releases().attach(at, { tag: wanted.tag, name: "a.bin", content }, signal);
    const found = await releases().find({ ...at, name: `${at.name}-renamed` }, wanted.tag, signal);
    assert.deepEqual([found?.title, found?.assets.length], [wanted.title, 1]);
  });

  test("a rehearsal publishes nothing, and tells what it would have sent", async () => {
    const { at, id } = await tagged();
    const { forge, calls } = host().forge.rehearse();
    const file = { tag: wanted.tag, name: "a.bin", content };
    assert.deepEqual(said(await forge.releases.publish(at, wanted, signal)), wanted);
    await forge.releases.attach(at, file, signal);
    await forge.releases.attach(at, file, signal);
    const revised = await forge.releases.revise(at, { ...wanted, title: "Other" }, signal);
    assert.deepEqual([revised?.title, revised?.assets], ["Other", [{ name: "a.bin", bytes: content.byteLength }]]);
    assert.deepEqual(await forge.releases.find(at, wanted.tag, signal), revised);
    assert.equal((await forge.releases.publish(at, wanted, signal)).title, "Other");
    assert.equal(await forge.releases.find(at, "v9.9.9", signal), undefined);
    assert.deepEqual((await forge.releases.publish(at, { ...wanted, tag: "v2.0.0" }, signal)).tag, "v2.0.0");
    assert.deepEqual(
      calls().map(({ method }) => method),
      ["POST", "POST", "PATCH", "POST"],
    );
    assert.deepEqual(await host().releases(id), []);
  });
}
