import { isIPv4, isIPv6 } from "node:net";

/** An IP address as a number. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

export interface IpNetwork {
  readonly address: IpAddress;
  readonly length: number;
}

const widthOf = ({ family }: IpAddress): number => (family === 4 ? 32 : 128);

/** An address; undefined for zones, IPv4 in IPv6, and everything else that the server's rules refuse. */
export function parseAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { family: 4, bits: text.split(".").reduce((all, part) => (all << 8n) | BigInt(part), 0n) };
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const bits = bitsOf6(text);
  return bits >> 32n === 0xffffn ? undefined : { family: 6, bits };
}

function bitsOf6(text: string): bigint {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain = dotted ? `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}` : text;
  const [head = "", tail] = plain.split("::");
  const [front, back] = [words(head), words(tail ?? "")];
  const gap = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...gap, ...back].reduce((all, word) => (all << 16n) | word, 0n);
}

const pair = (high = "0", low = "0"): string => (Number(high) * 256 + Number(low)).toString(16);
const words = (text: string): bigint[] => (text === "" ? [] : text.split(":").map((word) => BigInt(`0x${word}`)));

/** An address with the length of its prefix. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, host = "", length = ""] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(host);
  if (!address || length === "" || Number(length) > widthOf(address)) return undefined;
  return { address, length: Number(length) };
}

/** The first address of a network. */
export function maskedNetwork({ address, length }: IpNetwork): IpNetwork {
  const free = BigInt(widthOf(address) - length);
  return { address: { ...address, bits: (address.bits >> free) << free }, length };
}

/** Whether an address lies in a network. */
export function containsAddress({ address, length }: IpNetwork, other: IpAddress): boolean {
  const free = BigInt(widthOf(address) - length);
  return address.family === other.family && address.bits >> free === other.bits >> free;
}

/** The canonical text: lower case, the longest run of zeros cut short (RFC 5952). */
export function addressText({ family, bits }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
