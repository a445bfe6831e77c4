import { createHmac } from "node:crypto";
import type { Hook, HookRequest } from "./hook.ts";

/** The value of `X-Hub-Signature-256`: the HMAC over exactly the bytes that are sent. */
export function signature256(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body, "utf8").digest("hex")}`;
}

/** GitHub's older header, which it still sends beside the new one. */
function signature1(secret: string, body: string): string {
  return `sha1=${createHmac("sha1", secret).update(body, "utf8").digest("hex")}`;
}

/** Body and headers of a delivery, exactly as GitHub sends them to a repository's hook. */
export function hookRequest(
  hook: Hook,
  { guid, event, payload }: { readonly guid: string; readonly event: string; readonly payload: unknown },
): HookRequest {
  const json = JSON.stringify(payload);
  const form = hook.config.contentType === "form";
  const body = form ? new URLSearchParams({ payload: json }).toString() : json;
  const { secret } = hook.config;
  const headers = {
    Accept: "*/*",
    "Content-Type": form ? "application/x-www-form-urlencoded" : "application/json",
    "User-Agent": "GitHub-Hookshot/millrace",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(hook.id),
    "X-GitHub-Hook-Installation-Target-ID": String(hook.repositoryId),
    "X-GitHub-Hook-Installation-Target-Type": "repository",
    ...(secret && { "X-Hub-Signature": signature1(secret, body), "X-Hub-Signature-256": signature256(secret, body) }),
  };
  return { headers, body };
}
