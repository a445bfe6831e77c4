import { once } from "node:events";
import type { Writable } from "node:stream";

/** A body of which some was read to see what it is. */
export interface Opening {
  readonly bytes: Buffer;
  readonly rest: AsyncIterator<Buffer>;
}

/** Until there is room again, or never will be. Leaves no listener behind. */
async function drained(to: Writable): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    await Promise.race([once(to, "drain", { signal }), once(to, "close", { signal })]);
  } finally {
    stop.abort();
  }
}

/** Sends a body on: what was read of it, then what is left, no faster than it is taken. */
export async function forward({ bytes, rest }: Opening, to: Writable): Promise<void> {
  const write = async (chunk: Buffer): Promise<void> => {
    // Git may have its answer ready before it has read all: the rest is read and dropped.
    if (to.writable && !to.write(chunk)) await drained(to);
  };
  await write(bytes);
  for (let next = await rest.next(); !next.done; next = await rest.next()) await write(next.value);
  to.end();
}
