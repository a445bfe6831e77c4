import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import type { Client } from "../../controller/client.ts";
import { isNotFound } from "../../controller/errors.ts";
import { apiVersion } from "../../schema/kind.ts";
import { ReleasePlan } from "../../schema/release-plan.ts";
import { CommandError, exitCodes } from "../command.ts";
import { type Given, readDocuments } from "../diff/document.ts";
import { planKinds } from "./preview.ts";

/** Whether it is meant as a file: objects are not called like that. */
export const isFile = (text: string): boolean => text === "-" || /\.(ya?ml|json)$/.test(text) || text.includes("/");

/** The objects of a file; at least one of them is a ReleasePlan. Rejects with a CommandError. */
export async function plansIn(file: string, namespace: string): Promise<readonly Given[]> {
  const given = readDocuments(await read(file), { file, namespace, kinds: planKinds });
  if (given.some(({ kind }) => kind === ReleasePlan.kind)) return given;
  throw new CommandError(`there is no ReleasePlan in ${file}`, { code: exitCodes.usage, next: "millrace help plan" });
}

async function read(file: string): Promise<string> {
  try {
    return file === "-" ? await textOf(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    const message = `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    throw new CommandError(message, { code: exitCodes.usage, next: "millrace help plan" });
  }
}

/** The plan of this name as it is declared in the cluster. Rejects with a CommandError where there is none. */
export async function planCalled(
  name: string,
  { client, namespace }: { readonly client: Client; readonly namespace: string },
  signal: AbortSignal,
): Promise<Given> {
  const raw = await client.get(ReleasePlan.resource, { namespace, name }, { signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    const next = `kubectl get releaseplans --namespace ${namespace}`;
    throw new CommandError(`there is no ReleasePlan ${name} in namespace ${namespace}`, { next });
  });
  return givenPlan({ namespace, name }, raw["spec"] as object);
}

/** A plan as somebody would declare it. */
export const givenPlan = (key: { readonly namespace: string; readonly name: string }, spec: object): Given => ({
  ...key,
  kind: ReleasePlan.kind,
  object: { apiVersion, kind: ReleasePlan.kind, metadata: key, spec },
});
