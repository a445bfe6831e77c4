import { setTimeout as wait } from "node:timers/promises";

/** Looks until there is something, and gives it. Fails after so many seconds with what `explain` has to say. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  seconds = 60,
  explain: () => Promise<string> = async () => "",
): Promise<T> {
  const deadline = performance.now() + seconds * 1_000;
  let last: unknown = "";
  while (performance.now() < deadline) {
    try {
      const found = await look();
      if (found) return found;
      last = "";
    } catch (error) {
      last = error;
    }
    await wait(100);
  }
  throw new Error(`${what}: not so after ${seconds} s\n${last}\n${await explain()}`);
}
