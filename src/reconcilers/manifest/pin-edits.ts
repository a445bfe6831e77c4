import { posix } from "node:path";
import type { Edit } from "../../schema/edit.ts";
import { cargoToml } from "./format/cargo.ts";
import { goMod } from "./format/go.ts";
import { librarianYaml } from "./format/librarian.ts";
import { pomXml } from "./format/maven.ts";
import { packageJson } from "./format/node.ts";
import { pyproject, requirementsTxt, setupPy } from "./format/python.ts";
import type { Format } from "./format.ts";
import { textEdits } from "./text-edit.ts";

/** Every kind of manifests that is known. */
export const formats: readonly Format[] = [
  cargoToml,
  goMod,
  librarianYaml,
  packageJson,
  pomXml,
  pyproject,
  requirementsTxt,
  setupPy,
];

/** The kind of a manifest, by the name of its file. */
export const formatOf = (path: string): Format | undefined => formats.find(({ is }) => is(posix.basename(path)));

/**
 * Edits that move what the manifest at `path` requires under `name` to `version`, with its operators and layout; wherever it does so, for
 * development as well. Undefined where it requires no such thing; none where it says so already, or where there is nothing to move,
 * as in `*` or `workspace:^`. A Go module whose major version changes gets another path; what imports it is not part of this.
 */
export function pinEdits({
  path,
  text,
  name,
  version,
}: {
  readonly path: string;
  readonly text: string;
  /** As the manifest says it. */
  readonly name: string;
  readonly version: string;
}): readonly Edit[] | undefined {
  const required =
    formatOf(path)
      ?.read(path, text)
      .requires.filter((each) => each.name === name) ?? [];
  if (required.length === 0) return undefined;
  const moves = required.flatMap(({ range, moved }) => {
    const move = moved(version);
    return move && !(move.is === "field" && move.value === range) ? [move] : [];
  });
  const fields = moves.flatMap((move) => (move.is === "field" ? [move] : []));
  const edits = fields.map(({ field, value }): Edit => ({ path, set: { field: [...field], value } }));
  for (const anchor of ["Head", "Itself"] as const) {
    const parts = moves.flatMap((move) => (move.is === "part" && move.anchor === anchor ? [move.part] : []));
    const apart = [...new Map(parts.map((part) => [part.start, part])).values()];
    edits.push(...textEdits(path, text, apart, anchor));
  }
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}
