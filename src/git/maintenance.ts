import type { Commands } from "./commands.ts";
import type { Access } from "./environment.ts";
import { type Mirror, packCount } from "./mirror.ts";

/** Packs in a mirror from which on they are made one. Many make every look slower. */
const maxPacks = 40;
/** Looks at the number of packs each so many writes. */
const everyWrites = 20;

/** Whether it is time to look after a mirror. */
export async function isDue(mirror: Mirror): Promise<boolean> {
  if (mirror.writes < everyWrites) return false;
  mirror.writes = 0;
  return (await packCount(mirror.directory)) > maxPacks;
}

/**
 * Makes one pack of many. Commits that were made here and not pushed are in packs of their own that are kept, so
 * that nothing of ours is lost. The gate must be held; readers may go on.
 */
export async function pack(
  commands: Commands,
  mirror: Mirror,
  { url, title, signal }: { readonly url: string; readonly title: string; readonly signal: AbortSignal },
): Promise<void> {
  // It has to know that files may be missing, and is given no way to fetch them.
  const access: Access = { url, credential: undefined };
  const args = ["-c", "protocol.allow=never", "gc", "--quiet", "--prune=2.weeks.ago"];
  await commands.output(mirror, { doing: `pack the mirror of ${title}`, args, access, signal });
}
