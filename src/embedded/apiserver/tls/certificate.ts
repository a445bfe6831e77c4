import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import { bits, boolean, context, contextPrimitive, integer, octets, oid, sequence, set, text, utcTime } from "./der.ts";

/** A server's identity: PEM texts. `ca` signs `certificate`, and is what clients trust. */
export interface ServerIdentity {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/** Wide enough for clocks that are wrong, and for tests that travel in time. */
const validity = sequence(utcTime("200101000000Z"), utcTime("491231235959Z"));

/**
 * Makes a private certificate authority and a server certificate for these names (DNS names or IPv4 addresses).
 * The authority's key is thrown away, so that nothing else can ever be signed with it.
 */
export function makeIdentity(names: readonly string[]): ServerIdentity {
  const authority = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const server = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const issuer = commonName(`millrace-ca-${randomBytes(4).toString("hex")}`);
  const identifier = keyIdentifier(authority.publicKey);
  const ca = certificate({ issuer, subject: issuer, publicKey: authority.publicKey }, authority.privateKey, [
    extension("2.5.29.19", true, sequence(boolean(true))),
    extension("2.5.29.15", true, bits(Buffer.from([0x06]), 1)),
    extension("2.5.29.14", false, octets(identifier)),
  ]);
  const leaf = certificate(
    { issuer, subject: commonName("millrace"), publicKey: server.publicKey },
    authority.privateKey,
    [
      extension("2.5.29.15", true, bits(Buffer.from([0x80]), 7)),
      extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.35", false, sequence(contextPrimitive(0, identifier))),
      extension("2.5.29.17", false, sequence(...names.map(alternativeName))),
    ],
  );
  const key = server.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  return { ca: pem(ca), certificate: pem(leaf), key };
}

interface Subject {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
}

function certificate(
  { issuer, subject, publicKey }: Subject,
  signer: KeyObject,
  extensions: readonly Buffer[],
): Buffer {
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x01;
  const body = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    issuer,
    validity,
    subject,
    publicKey.export({ format: "der", type: "spki" }),
    context(3, sequence(...extensions)),
  );
  return sequence(body, ecdsaWithSha256, bits(sign("sha256", body, signer)));
}

const commonName = (name: string): Buffer => sequence(set(sequence(oid("2.5.4.3"), text(name))));

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function alternativeName(name: string): Buffer {
  return isIPv4(name)
    ? contextPrimitive(7, Buffer.from(name.split(".").map(Number)))
    : contextPrimitive(2, Buffer.from(name, "ascii"));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ format: "der", type: "spki" }))
    .digest();
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
