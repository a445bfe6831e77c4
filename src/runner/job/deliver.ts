import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Clock } from "../../reconcilers/ports.ts";
import { type Collected, collect } from "../collect.ts";
import { bundleOf } from "./bundle.ts";
import { ask, persist, RequestError } from "./http.ts";
import { readRecord } from "./record.ts";
import type { Verdict } from "./verdict.ts";

/** Where things are in the pod. `ticket` is a file. */
export interface DeliverOptions {
  readonly url: string;
  readonly ticket: string;
  readonly workspace: string;
  /** What fetch left. */
  readonly record: string;
  readonly mebibytes: number;
  readonly files: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const patienceMs = 2 * 60_000;

/** Hands in what a run changed. Undefined when it was taken, else why it was not. */
export async function deliverResult(options: DeliverOptions): Promise<Verdict | undefined> {
  const { workspace: root, record, mebibytes, files, signal } = options;
  const before = readRecord(await readFile(record, "utf8"));
  const most = { bytes: mebibytes * 1024 * 1024, files };
  const collected = await collect({ root, before, most, signal });
  if (collected.is !== "files") return refused(collected);
  return send(collected, options);
}

const refused = ({ is, message }: Exclude<Collected, { is: "files" }>): Verdict => ({
  reason: is === "invalid" ? "ResultInvalid" : "OutputTooLarge",
  message,
});

async function send(
  { files }: Extract<Collected, { is: "files" }>,
  { url, ticket, workspace, clock, signal }: DeliverOptions,
): Promise<Verdict | undefined> {
  const { bytes, parts } = await bundleOf(workspace, files);
  const hash = createHash("sha256");
  for await (const part of parts()) hash.update(part);
  const body = { bytes, parts, sha256: hash.digest("hex") };
  const plain = (await readFile(ticket, "utf8")).trim();
  try {
    const answer = await persist(() => ask({ url, ticket: plain, signal, body }), { clock, patienceMs, signal });
    answer.resume();
    return undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.status === 413) return { reason: "OutputTooLarge", message: "the gateway takes no result that large" };
    return { reason: "Lost", message: `its result could not be delivered: ${error.message}` };
  }
}
