import assert from "node:assert/strict";
import { segmentOf } from "../../src/reconcilers/ledger/part.ts";
import type { StoredSegment } from "../../src/reconcilers/ports.ts";
import { ChangeProposal } from "../../src/schema/change-proposal.ts";
import type { BaseStatus } from "../../src/schema/object.ts";
import { Release as Kind, type Release } from "../../src/schema/release.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import { verify } from "../../src/sequencer/ledger.ts";
import type { World } from "./world.ts";

/** What must hold after every round of every scenario, whatever it is about. */
export function keepsItsPromises({ cluster, records, host, repositories }: World): void {
  if (!records.isTampered) recordsHold(cluster);
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
  keepsReleases({ cluster, host });
  for (const [id, object] of cluster.objects) {
    if (!id.startsWith(`${ChangeProposal.kind}/`)) continue;
    const { phase, pullRequest } = (object["status"] ?? {}) as { phase?: string; pullRequest?: { state: string } };
    if (phase === "Merged") assert.equal(pullRequest?.state, "Merged", `${id}: merged without a merged pull request`);
  }
}

/** Every run's record is whole, and what is told of it once is told once. */
function recordsHold({ objects }: World["cluster"]): void {
  const runs = new Map<string, StoredSegment[]>();
  for (const object of objects.values()) {
    if (object.kind !== RunRecord.kind) continue;
    const part = segmentOf(object as unknown as RunRecord);
    runs.set(part.run, [...(runs.get(part.run) ?? []), part]);
  }
  for (const [run, parts] of runs) {
    const verified = verify(run, parts);
    assert.equal(verified.is, "intact", `the record of ${run}: ${JSON.stringify(verified)}`);
    const entries = parts.flatMap((part) => part.entries);
    for (const kind of ["RunBegan", "RunEnded"])
      assert.ok(entries.filter((entry) => entry.kind === kind).length <= 1, `the record of ${run}: ${kind} twice`);
    const said = entries.map(({ seq: _, hash: __, ...rest }) => JSON.stringify(rest));
    assert.equal(new Set(said).size, said.length, `the record of ${run} says something twice`);
  }
}

/** A tag is made once, and what is released is all there. */
function keepsReleases({ cluster, host }: Pick<World, "cluster" | "host">): void {
  const tagged = host.effects.filter((each) => each.by === "millrace" && each.what === "tag");
  const tags = tagged.map(({ repository, on }) => `${repository} ${on}`);
  assert.equal(new Set(tags).size, tags.length, `a tag twice: ${tags.join(", ")}`);
  for (const [id, object] of cluster.objects) {
    const { phase, verified, intent } = (object["status"] ?? {}) as NonNullable<Release["status"]>;
    if (!id.startsWith(`${Kind.kind}/`) || phase !== "Released") continue;
    assert.equal(verified?.tag, true, `${id}: released without a tag`);
    assert.equal(intent, undefined, `${id}: released, and something is still to be done`);
  }
}
