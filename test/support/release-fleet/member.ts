import { mulberry32, pick, type Random } from "../random.ts";

const languages = ["go", "node", "python", "rust"] as const;
export type Language = (typeof languages)[number];

/** A repository of a fleet to be released, and what it builds on. */
export interface Member {
  readonly name: string;
  readonly language: Language;
  /** `pin`: its manifest requires a version. Otherwise it is order alone. */
  readonly needs: readonly { readonly name: string; readonly pin: boolean }[];
  /** Whether people changed something since its last release; else there is only what a plan brings. */
  readonly hasNews: boolean;
}

/** A fleet in so many levels: each member builds on up to three of the levels below, mostly on those of its own language. */
export function membersOf(count: number, levels: number, seed: number): readonly Member[] {
  const random = mulberry32(seed);
  const all: (Member & { readonly level: number })[] = [];
  for (let at = 0; at < count; at++) {
    const level = Math.floor((at * levels) / count);
    const language = pick(random, languages);
    const below = all.filter((each) => each.level < level);
    const needs = needsOf(below, { language, level }, random);
    const hasNews = !needs.some(({ pin }) => pin) || random() < 0.75;
    all.push({ name: `r-${String(at).padStart(3, "0")}`, language, level, needs, hasNews });
  }
  return all.map(({ name, language, needs, hasNews }) => ({ name, language, needs, hasNews }));
}

function needsOf(
  below: readonly (Member & { readonly level: number })[],
  { language, level }: { readonly language: Language; readonly level: number },
  random: Random,
): Member["needs"] {
  const needs = new Map<string, boolean>();
  for (let left = below.length === 0 ? 0 : 1 + Math.floor(random() * 3); left > 0; left--) {
    const near = below.filter((each) => each.level === level - 1 || random() < 0.2);
    const kin = near.filter((each) => each.language === language);
    const other = pick(random, kin.length > 0 && random() < 0.8 ? kin : near);
    needs.set(other.name, other.language === language);
  }
  return [...needs].map(([name, pin]) => ({ name, pin }));
}

/** How others require a member. */
const packageOf = ({ name, language }: Pick<Member, "name" | "language">): string =>
  ({ go: `example.com/acme/${name}`, node: `@acme/${name}`, python: name, rust: name })[language];

/** The manifest's path, which is where the version of its language is, too; go has it in tags alone. */
export const manifestOf = ({ language }: Pick<Member, "language">): string =>
  ({ go: "go.mod", node: "package.json", python: "pyproject.toml", rust: "Cargo.toml" })[language];

/** The manifest as a person would write it, at a version, with what it requires. */
export function manifestText(member: Member, version: string, versionOf: (name: string) => string): string {
  const { name, language, needs } = member;
  const pins = needs.filter(({ pin }) => pin).map((each) => [packageOf({ ...each, language }), versionOf(each.name)]);
  const lines = (line: (name: string, version: string) => string): string =>
    pins.map(([each, at]) => line(each!, at!)).join("");
  switch (language) {
    case "go":
      return `module ${packageOf(member)}\n\ngo 1.25\n${pins.length > 0 ? `\nrequire (\n${lines((each, at) => `\t${each} v${at}\n`)})\n` : ""}`;
    case "node": {
      const dependencies = Object.fromEntries(pins.map(([each, at]) => [each, `^${at}`]));
      return `${JSON.stringify({ name: packageOf(member), version, dependencies }, null, 2)}\n`;
    }
    case "python":
      return `[project]\nname = "${name}"\nversion = "${version}"\ndependencies = [\n${lines((each, at) => `    "${each}==${at}",\n`)}]\n`;
    case "rust":
      return `[package]\nname = "${name}"\nversion = "${version}"\n\n[dependencies]\n${lines((each, at) => `${each} = "${at}"\n`)}`;
  }
}
