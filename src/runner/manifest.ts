import type { BigIntStats } from "node:fs";
import type { BytePath } from "./byte-path.ts";

/** What was written at a path before a command ran. */
export type Unpacked =
  | { readonly mode: "Directory" }
  | { readonly mode: "Link"; readonly digest: string }
  | {
      readonly mode: "File" | "Executable";
      /** SHA-256 of its content. */
      readonly digest: string;
      readonly stamp: Stamp;
    };

/** Everything that was written, by path. */
export type Manifest = ReadonlyMap<BytePath, Unpacked>;

/**
 * What changes whenever content or mode of a file does, since nobody can set the time of a change of an inode. Files whose
 * stamp is the same need not be read again; with another stamp they may still be the same.
 */
export type Stamp = `${bigint}:${bigint}:${bigint}`;

export const stampOf = ({ ino, size, ctimeNs }: BigIntStats): Stamp => `${ino}:${size}:${ctimeNs}`;
