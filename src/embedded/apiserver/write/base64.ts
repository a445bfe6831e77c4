/**
 * Where a text stops being base64, as Go's decoder counts: the first character of the class that is not allowed, or
 * the start of a last group that is too short. Undefined when nothing is wrong with it.
 */
export function base64Flaw(text: string, bad: RegExp): number | undefined {
  const at = text.search(bad);
  if (at >= 0) return at;
  const rest = text.length % 4;
  // Without padding, as in tokens of addresses, two and three characters are a group too.
  if (rest === 0 || (rest > 1 && bad.test("="))) return undefined;
  return text.length - rest;
}
