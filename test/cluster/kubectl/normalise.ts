/** What differs from run to run is replaced by a word for it, so that two transcripts can be equal. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID"],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "TIME"],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "TIME"],
  [/(resourceVersion"?: ?)"\d+"/g, '$1"RV"'],
  [/(Resource Version: +)\d+/g, "$1RV"],
  [/(the latest version and try again|resource version of )\d+/g, "$1RV"],
  [/https:\/\/127\.0\.0\.1:\d+/g, "https://SERVER"],
  [/127\.0\.0\.1:\d+/g, "SERVER"],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, "/tmp/$1"],
  [/^((?:---|\+\+\+) \S+)\s+.*$/gm, "$1"],
  [/^diff -\S+ -\S+ .*$/gm, "diff"],
  [/\/tmp\/kubectl-edit-\d+\.yaml/g, "/tmp/EDITED"],
  [/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+s\b(?= ago|\s|$)/gm, "AGE"],
  [/\b\d+d(?=\s|$)/gm, "AGE"],
  [/<(invalid|unknown)>(?=\s|$)/gm, "AGE"],
  [/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=["\s]|$)/gm, "-RANDOM"],
];

/** Widths of columns depend on ages, so runs of blanks count as two. Indentation stays. */
const squeeze = (line: string): string => line.trimEnd().replace(/(\S) {2,}(?=\S)/g, "$1  ");

/** Reasons for a refusal come in any order on the real server. */
function sortBullets(lines: readonly string[]): string[] {
  const result: string[] = [];
  let bullets: string[] = [];
  for (const line of [...lines, ""]) {
    if (line.startsWith("* ")) {
      bullets.push(line);
      continue;
    }
    result.push(...bullets.sort(), line);
    bullets = [];
  }
  return result.slice(0, -1);
}

/** Entries of managedFields stand in the order of their seconds, which differ from run to run. */
const sortOwners = (text: string): string =>
  text.replace(/^ {2}managedFields:\n((?: {2}- .*\n(?: {4}.*\n)*)+)/gm, (_, entries: string) => {
    const sorted = entries.split(/^(?= {2}- )/m).sort();
    return `  managedFields:\n${sorted.join("")}`;
  });

/** The real server lists the resources of a group's definitions in the order in which it noticed them. */
const sortResources = (text: string): string =>
  text.replace(/^\{"kind":"APIResourceList".*\}$/gm, (line) => {
    const list = JSON.parse(line) as { readonly resources: readonly { readonly name: string }[] };
    return JSON.stringify({ ...list, resources: list.resources.toSorted((a, b) => (a.name < b.name ? -1 : 1)) });
  });

/** A transcript that is the same on every run. */
export function normalise(text: string): string {
  const replaced = sortResources(sortOwners(replacements.reduce((sum, [from, to]) => sum.replace(from, to), text)));
  return sortBullets(replaced.split("\n").map(squeeze)).join("\n");
}
