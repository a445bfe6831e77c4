/** Writes everything that is made from src/schema: `make generate`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crdYaml } from "../src/schema/crd.ts";
import { kinds } from "../src/schema/index.ts";
import { group } from "../src/schema/kind.ts";
import { referenceOf } from "../src/schema/reference.ts";

/** Path and text of every generated file. */
export function* generated(): Generator<readonly [path: string, text: string]> {
  for (const kind of kinds) {
    const crd = crdYaml(kind);
    yield [`crds/${group}_${kind.plural}.yaml`, crd];
    yield [`deploy/helm/millrace/files/crds/${group}_${kind.plural}.yaml`, crd];
    yield [`docs/reference/${kind.singular}.md`, referenceOf(kind)];
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const [path, text] of generated()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(path);
  }
}
