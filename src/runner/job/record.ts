import type { Manifest } from "../manifest.ts";

/** What was fetched, as the file that fetch leaves to deliver. */
export const writeRecord = (manifest: Manifest): string => JSON.stringify([...manifest]);

/** Throws a SyntaxError on what `writeRecord` did not write. */
export const readRecord = (text: string): Manifest => new Map(JSON.parse(text) as [...[string, never]][]);
