/** One packet of git's wire format: a line, or a mark between lines. */
export type Packet = { readonly is: "line"; readonly text: string } | { readonly is: "flush" | "delimiter" | "end" };

/** A line as a packet. */
export const packet = (line: string): string => `${(Buffer.byteLength(line) + 4).toString(16).padStart(4, "0")}${line}`;

export const flush = "0000";
export const delimiter = "0001";

const marks: Readonly<Record<number, "flush" | "delimiter" | "end">> = { 0: "flush", 1: "delimiter", 2: "end" };

/** All packets of a message; undefined when it is not made of packets. Lines come without their newline. */
export function parsePackets(message: Buffer): Packet[] | undefined {
  const packets: Packet[] = [];
  for (let at = 0; at < message.length; ) {
    const digits = message.toString("latin1", at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    const mark = marks[length];
    if (mark) {
      packets.push({ is: mark });
      at += 4;
    } else if (length >= 4 && at + length <= message.length) {
      packets.push({ is: "line", text: message.toString("utf8", at + 4, at + length).replace(/\n$/, "") });
      at += length;
    } else {
      return undefined;
    }
  }
  return packets;
}
