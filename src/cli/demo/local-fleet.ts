import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The address that examples/forge.yaml names. */
const exampleApi = "http://127.0.0.1:7410/api/v3";

/**
 * The folder to apply: examples/ itself where the forge listens where they say, else a copy that says where it does.
 * Without webhooks the copy also looks every two seconds, since nothing else tells that something happened.
 */
export function localFleet(
  examples: string,
  folder: string,
  { api, webhooks }: { api: string; webhooks: boolean },
): string {
  if (api === exampleApi && webhooks) return examples;
  const copy = join(folder, "examples");
  cpSync(examples, copy, { recursive: true });
  for (const name of readdirSync(copy).filter((each) => each.endsWith(".yaml"))) {
    const text = readFileSync(join(copy, name), "utf8").replaceAll(exampleApi, api);
    writeFileSync(join(copy, name), webhooks ? text : text.replace(/^spec:$/gm, "spec:\n  interval: 2s"));
  }
  return copy;
}
