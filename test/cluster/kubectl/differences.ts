/** Steps whose transcripts differ, each with the reason. Everything else is equal, word by word. */
export const differences: Readonly<Record<string, string>> = {};
