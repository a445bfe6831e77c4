import type { Splice } from "../change/refused.ts";
import { movedRange } from "./range.ts";
import type { Anchor } from "./text-edit.ts";

/** A registry, or whatever else makes names unique. */
export type Ecosystem = "cargo" | "gem" | "golang" | "maven" | "npm" | "composer" | "pypi" | "source";

/** What has to be written so that another version is required. */
export type Move =
  /** A value of a file that has a structure. */
  | { readonly is: "field"; readonly field: readonly string[]; readonly value: string }
  /** A part of a text. */
  | { readonly is: "part"; readonly part: Splice; readonly anchor: Anchor };

/** Something that a manifest requires. */
export interface Requirement {
  readonly ecosystem: Ecosystem;
  /** As the manifest says it. */
  readonly name: string;
  /** Version or range as it is written; empty where there is none. */
  readonly range: string;
  /** Needed by whoever uses what the manifest makes: not only to develop or test it, and asked for by itself. */
  readonly isEssential: boolean;
  /** What to write for a version. Undefined where there is no range, or none that can be moved. */
  readonly moved: (version: string) => Move | undefined;
}

/** A requirement whose range is a value of its own, in a file that has a structure. */
export function inField(
  about: Omit<Requirement, "moved" | "range">,
  range: unknown,
  field: readonly string[],
): Requirement {
  const text = typeof range === "string" ? range : "";
  const moved = (version: string): Move | undefined => {
    const value = movedRange(text, version);
    return value === undefined ? undefined : { is: "field", field, value };
  };
  return { ...about, range: text, moved };
}

/** What one manifest says. */
export interface Manifest {
  /** Names of what it makes. */
  readonly provides: readonly { readonly ecosystem: Ecosystem; readonly name: string }[];
  readonly requires: readonly Requirement[];
  /** Directories, or patterns of such, that have manifests of the same kind, from the manifest's own directory. */
  readonly members: readonly string[];
}

/** A kind of manifests: how its files are called, and how they are read. More kinds are more of these. */
export interface Format {
  readonly is: (name: string) => boolean;
  /** A text that is broken says nothing. */
  readonly read: (path: string, text: string) => Manifest;
}

export const nothing: Manifest = { provides: [], requires: [], members: [] };

/** What is the same for whoever looks a name up: case, separators, and the major version in the path of a Go module. */
export function keyOf({ ecosystem, name }: { readonly ecosystem: Ecosystem; readonly name: string }): string {
  switch (ecosystem) {
    case "pypi":
      return `pypi:${name.toLowerCase().replace(/[-_.]+/g, "-")}`;
    case "golang":
      return `golang:${name.replace(/[/.]v\d+$/, "")}`;
    case "cargo":
      return `cargo:${name.replaceAll("_", "-")}`;
    default:
      return `${ecosystem}:${name}`;
  }
}
