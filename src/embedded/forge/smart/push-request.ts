import type { Readable } from "node:stream";
import { Problem } from "../http/problem.ts";
import { type RefChange, zeroSha } from "../ref/change.ts";
import type { Opening } from "./forward.ts";
import { packetAt, packetLines } from "./packet-line.ts";

const commandLimitBytes = 4 * 1024 * 1024;
const command = /^(?<before>[0-9a-f]{40}) (?<after>[0-9a-f]{40}) (?<ref>[^\0\n]+)/;

/** The start of a push: what it asks for, and the bytes that said so. */
export interface PushHead extends Opening {
  readonly changes: readonly RefChange[];
}

const orNull = (sha: string): string | null => (sha === zeroSha ? null : sha);

/** Reads a push up to the flush after its commands; the pack that follows stays in the stream. */
export async function readPushHead(body: Readable): Promise<PushHead> {
  const rest = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const changes: RefChange[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  for (let offset = 0; ; ) {
    const packet = packetAt(bytes, offset);
    if (packet.is === "flush") break;
    if (packet.is === "line") {
      changes.push(...changeIn(packet.payload));
      offset = packet.next;
      continue;
    }
    const { value, done } = await rest.next();
    if (done) break;
    bytes = Buffer.concat([bytes, value]);
    if (bytes.length > commandLimitBytes) throw new Problem(413, "the push lists too many refs: push them in parts");
  }
  return { changes, bytes, rest };
}

function changeIn(line: Buffer): readonly RefChange[] {
  const { before, after, ref } = command.exec(line.toString("utf8"))?.groups ?? {};
  return before && after && ref ? [{ ref, before: orNull(before), after: orNull(after) }] : [];
}

/** The refs that `git receive-pack` says it has changed, from its whole answer, with or without side-band. */
export function acceptedRefs(output: Buffer): ReadonlySet<string> {
  const accepted = new Set<string>();
  const inner: Buffer[] = [];
  const note = (line: Buffer): void => {
    const ref = /^ok (?<ref>[^\n]+)/.exec(line.toString("utf8"))?.groups?.["ref"];
    if (ref) accepted.add(ref);
  };
  for (const line of packetLines(output)) {
    if (line[0] === 1) inner.push(line.subarray(1));
    else if (line[0] !== 2 && line[0] !== 3) note(line);
  }
  for (const line of packetLines(Buffer.concat(inner))) note(line);
  return accepted;
}
