import { createHash } from "node:crypto";
import { delimiter, flush, packet, parsePackets } from "./pkt-line.ts";
import { isRefName } from "./ref-name.ts";

/** A branch or tag as a remote names it. `peeled` is what an annotated tag finally points at. */
export interface RemoteRef {
  readonly name: string;
  readonly oid: string;
  readonly peeled?: string;
}

/** Body of a request for all branches and tags (protocol version 2), peeled. */
export const listRequest = [
  packet("command=ls-refs\n"),
  packet("agent=millrace\n"),
  delimiter,
  packet("peel\n"),
  packet("ref-prefix refs/heads/\n"),
  packet("ref-prefix refs/tags/\n"),
  flush,
].join("");

/** What a server answered to `listRequest`; undefined when it is no such answer. An error that it gives is a string. */
export function parseList(body: Buffer): RemoteRef[] | string | undefined {
  const packets = parsePackets(body);
  if (packets?.at(-1)?.is !== "flush") {
    const said = packets?.at(-1);
    return said?.is === "line" && said.text.startsWith("ERR ") ? said.text.slice(4) : undefined;
  }
  const refs: RemoteRef[] = [];
  for (const each of packets.slice(0, -1)) {
    const match = each.is === "line" ? /^([0-9a-f]{40,64}) (\S+)(?: peeled:([0-9a-f]{40,64}))?/.exec(each.text) : null;
    if (!match) return each.is === "line" && each.text.startsWith("ERR ") ? each.text.slice(4) : undefined;
    const [, oid = "", name = "", peeled] = match;
    refs.push({ name, oid, ...(peeled !== undefined && { peeled }) });
  }
  return ours(refs);
}

/** Reads what `git ls-remote` prints. */
export function parseLsRemote(text: string): RemoteRef[] {
  const refs = new Map<string, RemoteRef>();
  for (const line of text.split("\n")) {
    const [oid = "", full = ""] = line.split("\t");
    const name = full.replace(/\^\{\}$/, "");
    if (full === name) refs.set(name, { name, oid });
    else refs.set(name, { name, oid: refs.get(name)?.oid ?? oid, peeled: oid });
  }
  return ours([...refs.values()]);
}

/** Branches and tags that git would take, sorted. A server may name others to confuse us. */
function ours(refs: readonly RemoteRef[]): RemoteRef[] {
  return refs
    .filter(({ name, oid }) => /^refs\/(heads|tags)\//.test(name) && isRefName(name) && oid !== "")
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Equal exactly for equal refs. */
export function digestOf(refs: readonly RemoteRef[]): string {
  const hash = createHash("sha256");
  for (const { name, oid } of refs) hash.update(`${oid} ${name}\n`);
  return hash.digest("base64");
}
