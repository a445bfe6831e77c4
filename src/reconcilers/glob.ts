/**
 * Whether a path is meant by a pattern: `*` stands for any part of a name, `**` for any directories, none included, and a slash at
 * the end for everything below. Letters count as they are written. Takes time in proportion to both, whatever they hold.
 */
export function matches(pattern: string, path: string): boolean {
  const names = path.split("/");
  const parts = (pattern.endsWith("/") ? `${pattern}**` : pattern).split("/");
  // Directories may be none, but at the end something has to be below.
  if (parts.at(-1) === "**") parts.push("*");
  let reached: readonly number[] = [0];
  for (const part of parts) reached = after(part, names, reached);
  return reached.includes(names.length);
}

/** How many names can be behind us once a part of the pattern has taken its own, in order. */
function after(part: string, names: readonly string[], reached: readonly number[]): readonly number[] {
  if (part !== "**")
    return reached.filter((at) => at < names.length && matchesName(part, names[at]!)).map((at) => at + 1);
  const [least] = reached;
  return least === undefined ? [] : Array.from({ length: names.length - least + 1 }, (_, more) => least + more);
}

/** One name. After a star that turns out too short, it is made one longer: no other star needs to be tried again. */
function matchesName(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  let star: number | undefined;
  let since = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      since = n;
    } else if (p < pattern.length && pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star !== undefined) {
      p = star + 1;
      n = ++since;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
