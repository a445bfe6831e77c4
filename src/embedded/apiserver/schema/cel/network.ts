import { type Environment, EvaluationError } from "@marcbachmann/cel-js";
import {
  addressText,
  containsAddress,
  type IpAddress,
  type IpNetwork,
  maskedNetwork,
  parseAddress,
  parseNetwork,
} from "../ip-address.ts";
import { escapedPath, parameters, parseUrl, type UrlParts } from "../url.ts";

class Ip {
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    this.address = address;
  }
}

class Cidr {
  readonly network: IpNetwork;

  constructor(network: IpNetwork) {
    this.network = network;
  }
}

class Url {
  readonly parts: UrlParts;

  constructor(parts: UrlParts) {
    this.parts = parts;
  }
}

/** What carries the functions that are written `ip.isCanonical(…)`. */
class IpNamespace {}

function parsed<Value>(value: Value | undefined, text: string, what: string): Value {
  if (value === undefined)
    throw new EvaluationError(`${what} ${JSON.stringify(text)} parse error during conversion from string`);
  return value;
}

const ip = (text: string): Ip => new Ip(parsed(parseAddress(text), text, "IP Address"));
const cidr = (text: string): Cidr => new Cidr(parsed(parseNetwork(text), text, "network address"));
const url = (text: string): Url => new Url(parsed(parseUrl(text), text, "URL"));

const within = (text: string): ((address: IpAddress) => boolean) => {
  const network = parsed(parseNetwork(text), text, "network address");
  return (address) => containsAddress(network, address);
};
const [loopback4, loopback6, local4, local6, multicast4, multicast6, manycast4, manycast6] = [
  "127.0.0.0/8",
  "::1/128",
  "169.254.0.0/16",
  "fe80::/10",
  "224.0.0.0/24",
  "ff02::/16",
  "224.0.0.0/4",
  "ff00::/8",
].map(within) as [Test, Test, Test, Test, Test, Test, Test, Test];
type Test = (address: IpAddress) => boolean;

const isLoopback: Test = (address) => loopback4(address) || loopback6(address);
const isLocal: Test = (address) => local4(address) || local6(address);
const isLocalMulticast: Test = (address) => multicast4(address) || multicast6(address);
const isMulticast: Test = (address) => manycast4(address) || manycast6(address);
const isUnspecified: Test = ({ bits }) => bits === 0n;
const isGlobal: Test = (address) =>
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLocal(address) &&
  !(address.family === 4 && address.bits === 0xffffffffn);

/** Kubernetes' addresses: `ip('10.0.0.1').isLoopback()`. */
export function registerAddresses(environment: Environment): void {
  environment
    .registerType("net.IP", { ctor: Ip, fields: {} })
    .registerType("IpNamespace", { ctor: IpNamespace, fields: {} })
    .registerConstant("ip", "IpNamespace", new IpNamespace())
    .registerFunction("ip(string): net.IP", ip)
    .registerFunction("isIP(string): bool", (text) => parseAddress(text) !== undefined)
    .registerFunction("string(net.IP): string", ({ address }: Ip) => addressText(address))
    .registerFunction("IpNamespace.isCanonical(string): bool", (_, text) => addressText(ip(text).address) === text)
    .registerFunction("net.IP.family(): int", ({ address }: Ip) => BigInt(address.family))
    .registerOperator(
      "net.IP == net.IP",
      (one: Ip, other: Ip) => one.address.family === other.address.family && one.address.bits === other.address.bits,
    );
  const tests = { isUnspecified, isLoopback, isLinkLocalMulticast: isLocalMulticast, isLinkLocalUnicast: isLocal };
  for (const [name, test] of Object.entries({ ...tests, isGlobalUnicast: isGlobal })) {
    environment.registerFunction(`net.IP.${name}(): bool`, ({ address }: Ip) => test(address));
  }
}

const contains = ({ network }: Cidr, other: Cidr): boolean =>
  network.length <= other.network.length && containsAddress(network, other.network.address);
const cidrText = ({ network }: Cidr): string => `${addressText(network.address)}/${network.length}`;

/** Kubernetes' networks: `cidr('10.0.0.0/8').containsIP('10.1.2.3')`. */
export function registerNetworks(environment: Environment): void {
  environment
    .registerType("net.CIDR", { ctor: Cidr, fields: {} })
    .registerFunction("cidr(string): net.CIDR", cidr)
    .registerFunction("isCIDR(string): bool", (text) => parseNetwork(text) !== undefined)
    .registerFunction("string(net.CIDR): string", cidrText)
    .registerFunction("net.CIDR.containsIP(string): bool", ({ network }: Cidr, text) =>
      containsAddress(network, ip(text).address),
    )
    .registerFunction("net.CIDR.containsIP(net.IP): bool", ({ network }: Cidr, other: Ip) =>
      containsAddress(network, other.address),
    )
    .registerFunction("net.CIDR.containsCIDR(string): bool", (one: Cidr, text) => contains(one, cidr(text)))
    .registerFunction("net.CIDR.containsCIDR(net.CIDR): bool", contains)
    .registerFunction("net.CIDR.ip(): net.IP", ({ network }: Cidr) => new Ip(network.address))
    .registerFunction("net.CIDR.prefixLength(): int", ({ network }: Cidr) => BigInt(network.length))
    .registerFunction("net.CIDR.masked(): net.CIDR", ({ network }: Cidr) => new Cidr(maskedNetwork(network)))
    .registerOperator("net.CIDR == net.CIDR", (one: Cidr, other: Cidr) => cidrText(one) === cidrText(other));
}

/** Kubernetes' URLs: `url('https://example.com/a').getHost()`. */
export function registerUrls(environment: Environment): void {
  const port = /:(\d*)$/;
  environment
    .registerType("kubernetes.URL", { ctor: Url, fields: {} })
    .registerFunction("url(string): kubernetes.URL", url)
    .registerFunction("isURL(string): bool", (text) => parseUrl(text) !== undefined)
    .registerFunction("kubernetes.URL.getScheme(): string", ({ parts }: Url) => parts.scheme)
    .registerFunction("kubernetes.URL.getHost(): string", ({ parts }: Url) => parts.host)
    .registerFunction("kubernetes.URL.getHostname(): string", ({ parts }: Url) =>
      parts.host.replace(port, "").replace(/^\[(.*)\]$/, "$1"),
    )
    .registerFunction("kubernetes.URL.getPort(): string", ({ parts }: Url) => port.exec(parts.host)?.[1] ?? "")
    .registerFunction("kubernetes.URL.getEscapedPath(): string", ({ parts }: Url) => escapedPath(parts))
    .registerFunction("kubernetes.URL.getQuery(): map<string, list<string>>", ({ parts }: Url) => parameters(parts));
}
