import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeIdentity, type ServerIdentity } from "./certificate.ts";

/** Who the server is, and the administrator's token: what a kubeconfig that was written once relies on. */
export interface Credentials {
  readonly identity: ServerIdentity;
  readonly token: string;
  /** Signs the tokens of service accounts. */
  readonly signingKey: string;
}

interface Wish {
  /** The names that the certificate must be valid for. */
  readonly names: readonly string[];
  readonly token: string | undefined;
}

export function makeCredentials({ names, token }: Wish): Credentials {
  const random = (): string => randomBytes(24).toString("base64url");
  return { identity: makeIdentity(names), token: token ?? random(), signingKey: random() };
}

/** The credentials in a folder; they are made when they are not there or for other names. */
export async function keepCredentials(folder: string, wish: Wish): Promise<Credentials> {
  const path = join(folder, "credentials.json");
  const known = await read(path);
  const fits = known && wish.names.every((name) => known.names.includes(name));
  if (fits) return { ...known, token: wish.token ?? known.token };
  const made = makeCredentials({ names: wish.names, token: wish.token ?? known?.token });
  await writeFile(`${path}.part`, JSON.stringify({ ...made, names: wish.names }, null, 2), { mode: 0o600 });
  await rename(`${path}.part`, path);
  return made;
}

async function read(path: string): Promise<(Credentials & { names: readonly string[] }) | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Credentials & { names: readonly string[] };
  } catch (error) {
    throw new Error(`${path} is damaged: remove it, and clients get a new certificate authority`, { cause: error });
  }
}
