import assert from "node:assert/strict";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import type { BaseStatus } from "../../src/schema/object.ts";
import type { World } from "./world.ts";

/** What must hold after every round of every scenario, whatever it is about. */
export function keepsItsPromises({ cluster, host, repositories }: World): void {
  for (const [id, { metadata, ...rest }] of cluster.objects) {
    const status = rest["status"] as BaseStatus | undefined;
    if (!status?.conditions) continue;
    const on = (type: string) => status.conditions?.find((each) => each.type === type && each.status === "True");
    const said = [on("Ready"), on("Reconciling"), on("Stalled")].filter((each) => each !== undefined);
    assert.equal(said.length, 1, `${id}: exactly one of Ready, Reconciling and Stalled`);
    assert.ok(said[0]!.message.length > 0, `${id}: ${said[0]!.reason} without a message`);
    assert.ok((status.observedGeneration ?? 0) <= (metadata.generation ?? 0), `${id}: a status from the future`);
    assert.doesNotMatch(JSON.stringify(status), /s3cret/, `${id}: a secret in status`);
  }
  for (const repository of repositories) {
    const { owner, name } = repository.slug;
    const ours = repository.pulls.filter(({ head }) => head.startsWith("millrace/"));
    const open = ours.filter(({ state }) => state === "Open").map(({ head }) => head);
    assert.equal(new Set(open).size, open.length, `${owner}/${name}: two open pull requests from one branch`);
    for (const pull of ours) {
      const on = `#${pull.number}`;
      const ours = pull.remarks.filter(({ author }) => author === "millrace[bot]");
      const marks = ours.flatMap(({ mark }) => mark ?? []);
      assert.equal(new Set(marks).size, marks.length, `${owner}/${name}${on}: a comment twice`);
      const closing = ours.filter(({ mark }) => mark === undefined).map(({ body }) => body);
      const reopened = host.effects.filter((each) => each.by === "person" && each.what === "open" && each.on === on);
      const most = new Set(closing).size + reopened.length;
      assert.ok(closing.length <= most, `${owner}/${name}${on}: closed twice`);
    }
  }
  for (const [id, object] of cluster.objects) {
    if (!id.startsWith(`${ChangeProposal.kind}/`)) continue;
    const { phase, pullRequest } = (object["status"] ?? {}) as { phase?: string; pullRequest?: { state: string } };
    if (phase === "Merged") assert.equal(pullRequest?.state, "Merged", `${id}: merged without a merged pull request`);
  }
}
