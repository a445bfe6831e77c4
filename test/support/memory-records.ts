import { labelOf, partKey, runLabel, segmentOf, specOf } from "../../src/reconcilers/ledger/part.ts";
import type { Records } from "../../src/reconcilers/ports.ts";
import { RunRecord } from "../../src/schema/run-record.ts";
import type { MemoryCluster } from "./memory-cluster.ts";

/** Records of runs in the memory cluster. `fail` plays a cluster that does not take them. */
export class MemoryRecords implements Records {
  readonly #cluster: MemoryCluster;
  /** Somebody changes records by hand in this test: they need not hold together. */
  isTampered = false;
  /** Asked before each call; what it gives is thrown. */
  fail: (verb: "read" | "write") => Error | undefined = () => undefined;

  constructor(cluster: MemoryCluster) {
    this.#cluster = cluster;
  }

  async read(_: string, run: string, signal: AbortSignal) {
    this.#ask("read", signal);
    return [...this.#cluster.objects.values()]
      .filter(({ kind }) => kind === RunRecord.kind)
      .map((raw) => segmentOf(RunRecord.object.parse(raw)))
      .filter((part) => part.run === run)
      .sort((a, b) => a.index - b.index);
  }

  async write(
    namespace: string,
    segment: Parameters<Records["write"]>[1],
    seen: string | undefined,
    signal: AbortSignal,
  ) {
    this.#ask("write", signal);
    const { name } = partKey(namespace, segment.run, segment.index);
    const there = this.#cluster.get(RunRecord, name);
    if (there?.metadata.resourceVersion !== seen) return "moved";
    const before = there && RunRecord.object.parse(there).spec;
    if (before?.isClosed) throw new Error(`${name}: the run is over: its record does not change`);
    if (before && before.entries.length > segment.entries.length) throw new Error(`${name}: a record is only added to`);
    this.#cluster.put({
      kind: RunRecord,
      name,
      spec: specOf(segment),
      labels: { [runLabel]: labelOf(segment.run) },
    });
    return "done";
  }

  #ask(verb: "read" | "write", signal: AbortSignal): void {
    signal.throwIfAborted();
    const error = this.fail(verb);
    if (error) throw error;
  }
}
