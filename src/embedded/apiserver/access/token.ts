import { createHmac, timingSafeEqual } from "node:crypto";
import { isRecord } from "../object.ts";

/** What a service account's token says. */
export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  /** In seconds since 1970. */
  readonly expires: number;
}

const header = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");
const issuer = "https://kubernetes.default.svc";
const sign = (text: string, key: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Makes a JSON web token. */
export function issueToken({ namespace, name, uid, audiences, expires }: TokenClaims, key: string): string {
  const claims = {
    aud: audiences.length > 0 ? audiences : [issuer],
    exp: expires,
    iss: issuer,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const text = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${text}.${sign(text, key).toString("base64url")}`;
}

/** The claims of a token that this server issued and that is still good; undefined for any other. */
export function readToken(token: string, key: string, now: Date): TokenClaims | undefined {
  const [head = "", body = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const wanted = sign(`${head}.${body}`, key);
  if (head !== header || given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  if (!isRecord(claims) || typeof claims["exp"] !== "number" || claims["exp"] * 1_000 <= now.getTime())
    return undefined;
  const { namespace, serviceaccount } = claims["kubernetes.io"] as {
    namespace: string;
    serviceaccount: { name: string; uid: string };
  };
  return { namespace, ...serviceaccount, audiences: claims["aud"] as string[], expires: claims["exp"] };
}
