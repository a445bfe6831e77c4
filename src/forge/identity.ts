import { createPrivateKey } from "node:crypto";
import { StalledError } from "../reconcilers/errors.ts";
import type { Secrets } from "../reconcilers/ports.ts";
import type { Forge as ForgeObject } from "../schema/forge.ts";
import type { SecretRef } from "../schema/object.ts";
import type { Identity } from "./github.ts";

/** Reads who we are on a forge from the Secrets that its object names. Rejects with a StalledError where they lack it. */
export async function identityOf(
  { metadata, spec }: ForgeObject,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<Identity> {
  const { namespace } = metadata;
  const { tokenSecretRef, app } = spec.credentials;
  const read = async (ref: SecretRef, how: string): Promise<string> => {
    const value = (await secrets.read(namespace, ref, signal))?.trim();
    if (value) return value;
    const what = value === "" ? "is empty" : "is not there";
    const command = `kubectl create secret generic ${ref.name} --namespace ${namespace} ${how}`;
    const message = `key ${JSON.stringify(ref.key)} of Secret ${ref.name} ${what}: ${command}`;
    throw new StalledError("SecretMissing", message);
  };
  if (app) {
    const ref = app.privateKeySecretRef;
    const privateKey = await read(ref, `--from-file=${ref.key}=APP.private-key.pem`);
    if (!isPrivateKey(privateKey)) throw malformed(ref, "a private key in PEM, as GitHub gives it out");
    return { is: "App", appId: app.appId, installationId: app.installationId, privateKey };
  }
  if (!tokenSecretRef)
    throw new StalledError("CredentialMissing", "spec.credentials names neither a tokenSecretRef nor an app");
  const token = await read(tokenSecretRef, `--from-literal=${tokenSecretRef.key}=TOKEN`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw malformed(tokenSecretRef, "a token, which is one word");
  return { is: "Token", token };
}

const malformed = (ref: SecretRef, wanted: string): StalledError =>
  new StalledError("SecretMalformed", `key ${JSON.stringify(ref.key)} of Secret ${ref.name} does not hold ${wanted}`);

function isPrivateKey(value: string): boolean {
  try {
    return createPrivateKey(value).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
