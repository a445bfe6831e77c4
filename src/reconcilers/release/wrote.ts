import type { Behind, Observed } from "./observed.ts";
import { digestOf, notesIn } from "./page.ts";

/**
 * Digest of the notes as we wrote them to the forge's page: what status recorded, or what its journal announced and is there; where
 * status was lost, what is there between our marks and is what we would write.
 */
export function wroteOf(
  { release: { status } }: Pick<Observed, "release">,
  { page, notes }: Behind,
): string | undefined {
  if (!page) return undefined;
  const there = notesIn(page.body);
  return there !== undefined && digestOf(there) === digestOf(notes) ? digestOf(notes) : status?.wrote;
}

/** Whether the page was made by somebody else. */
export function isForeign({ release: { status } }: Pick<Observed, "release">, { page }: Behind): boolean {
  const announced = status?.intent?.effect === "Publish" || status?.wrote !== undefined;
  return page !== undefined && !announced && notesIn(page.body) === undefined;
}
