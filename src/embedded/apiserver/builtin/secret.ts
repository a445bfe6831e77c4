import { isRecord, type KubeObject } from "../object.ts";
import type { Behaviour } from "../resource/resource.ts";
import { type FieldError, invalid, required } from "../schema/field-error.ts";
import { bagErrors, immutableErrors } from "./bag.ts";

/** Secrets have a type, and take plain text that they store as base64. */
export const secretBehaviour: Behaviour = {
  prepare(secret) {
    secret["type"] ??= "Opaque";
    const plain = secret["stringData"];
    if (!isRecord(plain)) return;
    const encoded = Object.entries(plain).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
    const data = isRecord(secret["data"]) ? secret["data"] : {};
    secret["data"] = { ...data, ...Object.fromEntries(encoded) };
    delete secret["stringData"];
  },

  validate(secret, before) {
    const same = before === undefined || secret["type"] === before["type"];
    return [
      ...(same ? [] : [invalid("type", secret["type"], "field is immutable")]),
      ...immutableErrors(secret, before, ["data"]),
      ...bagErrors(secret, ["data"], "data"),
      ...missingKeys(secret).map((key) => required(`data[${key}]`)),
      ...accountErrors(secret),
    ];
  },
};

/** The keys that a secret of each type must have. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

function missingKeys(secret: KubeObject): readonly string[] {
  const data = isRecord(secret["data"]) ? secret["data"] : {};
  const type = String(secret["type"]);
  const login = ["username", "password"];
  if (type === "kubernetes.io/basic-auth") return login.some((key) => key in data) ? [] : login;
  return (keysOf[type] ?? []).filter((key) => !(key in data));
}

function accountErrors({ type, metadata }: KubeObject): FieldError[] {
  const key = "kubernetes.io/service-account.name";
  const lacks = type === "kubernetes.io/service-account-token" && !metadata.annotations?.[key];
  return lacks ? [required(`metadata.annotations[${key}]`)] : [];
}
