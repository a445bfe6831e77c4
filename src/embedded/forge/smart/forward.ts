import { once } from "node:events";
import type { Writable } from "node:stream";

/** A body of which some was read to see what it is. */
export interface Opening {
  readonly bytes: Buffer;
  readonly rest: AsyncIterator<Buffer>;
}

/** Sends a body on: what was read of it, then what is left, no faster than it is taken. */
export async function forward({ bytes, rest }: Opening, to: Writable): Promise<void> {
  const write = async (chunk: Buffer): Promise<void> => {
    // Git may have its answer ready before it has read all: the rest is read and dropped.
    if (to.writable && !to.write(chunk)) await Promise.race([once(to, "drain"), once(to, "close")]);
  };
  await write(bytes);
  for (let next = await rest.next(); !next.done; next = await rest.next()) await write(next.value);
  to.end();
}
