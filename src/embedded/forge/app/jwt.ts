import { createPublicKey, verify } from "node:crypto";
import type { App } from "./record.ts";

/** A token of three base64url parts: a header, claims and a signature over both. */
interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Reads a JWT without believing it; undefined for anything else. */
export function parseJwt(text: string): Jwt | undefined {
  const [header, claims, signature, ...more] = text.split(".");
  if (!header || !claims || !signature || more.length > 0) return undefined;
  try {
    const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown;
    const [parsedHeader, parsedClaims] = [parse(header), parse(claims)];
    if (!isObject(parsedHeader) || !isObject(parsedClaims)) return undefined;
    const bytes = Buffer.from(signature, "base64url");
    return { header: parsedHeader, claims: parsedClaims, signed: `${header}.${claims}`, signature: bytes };
  } catch {
    return undefined; // not JSON in base64url: some other kind of secret
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** GitHub takes a JWT for ten minutes at most, and forgives a clock that is a minute ahead. */
const longestSeconds = 600;
const driftSeconds = 60;

/**
 * Why an app's JWT is not good now, in GitHub's words; undefined for a good one. Only RS256 is taken, whatever the
 * header says, so that neither `none` nor a key used as an HMAC secret can pass.
 */
export function problemOfJwt({ header, claims, signed, signature }: Jwt, app: App, now: Date): string | undefined {
  const seconds = Math.floor(now.getTime() / 1000);
  const { iat, exp } = claims;
  if (header["alg"] !== "RS256") return "A JSON web token could not be decoded";
  if (!verify("RSA-SHA256", Buffer.from(signed), createPublicKey(app.publicKey), signature)) {
    return "A JSON web token could not be decoded";
  }
  if (typeof exp !== "number" || typeof iat !== "number") {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp <= seconds) return "'Expiration time' claim ('exp') is too far in the past";
  if (exp > seconds + longestSeconds + driftSeconds) return "'Expiration time' claim ('exp') is too far in the future";
  if (iat > seconds + driftSeconds) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  return undefined;
}
