/** Text on one line, as titles have to be. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
