import assert from "node:assert/strict";
import { test } from "node:test";
import { type Suite, signal } from "./forge-fixture.ts";

/** Who said yes to a pull request, and to which commit of it. */
export function testApprovals({ host, repository, open }: Suite): void {
  test("tells whose last word is a yes, and to which commit", async () => {
    const { at, id, sha } = await repository();
    const { number } = await open(at);
    const [one, two] = [(await host().member(id, "Write"))!, (await host().member(id, "Admin"))!];
    const yes = async () =>
      [...(await host().forge.pulls.approvals(at, number, signal))].sort((a, b) => (a.by < b.by ? -1 : 1));
    const sorted = (...said: readonly { readonly by: string; readonly sha: string }[]) =>
      [...said].sort((a, b) => (a.by < b.by ? -1 : 1));

    assert.deepEqual(await yes(), []);
    await host().review(id, number, one, "Remark");
    assert.deepEqual(await yes(), [], "a remark");
    await host().review(id, number, one, "Yes");
    await host().review(id, number, two, "Yes");
    assert.deepEqual(await yes(), sorted({ by: one, sha }, { by: two, sha }));
    await host().review(id, number, one, "No");
    assert.deepEqual(await yes(), [{ by: two, sha }], "a no after a yes");
    await host().review(id, number, two, "Remark");
    assert.deepEqual(await yes(), [{ by: two, sha }], "a remark after a yes takes nothing back");

    const pushed = await host().commit(id, "change", { "a.txt": "three\n" });
    assert.deepEqual(await yes(), [{ by: two, sha }], "a yes is to the commit that was there");
    await host().review(id, number, one, "Yes");
    assert.deepEqual(await yes(), sorted({ by: one, sha: pushed }, { by: two, sha }));
    await host().dismiss(id, number, one);
    assert.deepEqual(await yes(), [{ by: two, sha }], "what was dismissed is no yes");
  });

  test("nobody has said yes to a pull request that is only rehearsed", async () => {
    const { at } = await repository();
    const { forge } = host().forge.rehearse();
    const text = { title: "Change it", body: "" };
    const { number } = await forge.pulls.open(at, { branch: "change", base: "main" }, text, signal);
    assert.deepEqual(await forge.pulls.approvals(at, number, signal), []);
  });
}
