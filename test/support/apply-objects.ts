import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Client, WantedObject } from "../../src/controller/client.ts";
import { kinds } from "../../src/schema/index.ts";

/** Applies every object of every file of a folder, as `kubectl apply -f` does. */
export async function applyObjects(client: Client, folder: string, namespace: string): Promise<void> {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".yaml"))) {
    for (const document of parseAllDocuments(readFileSync(join(folder, name), "utf8"))) {
      const object = document.toJS() as WantedObject;
      const { resource } = kinds.find(({ kind }) => kind === object["kind"])!;
      const metadata = { ...object.metadata, namespace };
      await client.apply(resource, { ...object, metadata }, { fieldManager: "test", force: true });
    }
  }
}
