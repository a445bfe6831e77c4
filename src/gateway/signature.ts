import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether `header` (`sha256=` and hex, as in GitHub's X-Hub-Signature-256) signs these very bytes with one of
 * the secrets. An empty secret signs nothing. Every secret is tried, in constant time for each.
 */
export function isSigned(body: Uint8Array, header: string | undefined, secrets: readonly string[]): boolean {
  const given = /^sha256=([0-9a-f]{64})$/.exec(header ?? "")?.[1];
  if (given === undefined) return false;
  const signature = Buffer.from(given, "hex");
  const matches = secrets
    .filter((secret) => secret.length > 0)
    .map((secret) => timingSafeEqual(createHmac("sha256", secret).update(body).digest(), signature));
  return matches.includes(true);
}
