/** All chunks as one. Copies only when there are several. */
export function joined(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  // The types of Node 20 are older than TypeScript's generic Uint8Array, so they do not see that a Buffer is one.
  return Buffer.concat(chunks as unknown as readonly Uint8Array[]);
}
