import type { Answer } from "./webhook.ts";

interface Recent {
  /** Runs `take` unless this id was accepted before or is being taken; a failure is forgotten, so that it can come again. */
  once(id: string, take: () => Promise<Answer>): Promise<Answer>;
}

/** Remembers the last `size` delivery ids. Losing it in a restart is harmless: a mark only shortens a wait. */
export function recentIds(size: number): Recent {
  const taken = new Map<string, Promise<Answer>>();
  return {
    async once(id, take) {
      const before = taken.get(id);
      try {
        if (before !== undefined) {
          await before;
          return { status: 202, result: "duplicate", body: { message: "this delivery was taken before", marked: 0 } };
        }
        const now = take();
        taken.set(id, now);
        if (taken.size > size) taken.delete(taken.keys().next().value!);
        return await now;
      } catch (failure) {
        taken.delete(id);
        if (isAnswer(failure)) return failure;
        throw failure;
      }
    },
  };
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && "status" in value && "result" in value;
