/** Writes everything that is made from src/schema: `make generate`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { commands } from "../src/cli/commands.ts";
import { helpOf, overview } from "../src/cli/help.ts";
import { Settings, settingDefault, settingFlag } from "../src/cli/settings.ts";
import { crdYaml } from "../src/schema/crd.ts";
import { kinds } from "../src/schema/index.ts";
import { group } from "../src/schema/kind.ts";
import { referenceOf } from "../src/schema/reference.ts";

/** Path and text of every generated file. */
export function* generated(): Generator<readonly [path: string, text: string]> {
  for (const kind of kinds) {
    const crd = crdYaml(kind);
    yield [`crds/${group}_${kind.plural}.yaml`, crd];
    yield [`deploy/helm/millrace/files/crds/${group}_${kind.plural}.yaml`, crd];
    yield [`docs/reference/${kind.singular}.md`, referenceOf(kind)];
  }
  yield ["docs/reference/cli.md", cliPage()];
  yield ["docs/reference/settings.md", settingsPage()];
}

const heading = (title: string, source: string) =>
  `<!-- Generated from ${source} by \`make generate\`. Do not edit. -->\n# ${title}\n`;
const block = (text: string) => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;

const code = (text: string | undefined) => (text === undefined ? "" : `\`${text}\``);

const cliPage = (): string =>
  [
    heading("The command", "src/cli"),
    block(overview(commands, "VERSION")),
    ...commands.map((command) => `## millrace ${command.name}\n\n${block(helpOf(command))}`),
  ].join("\n");

const settingsPage = (): string => `${heading("Settings of the controller", "src/cli/settings.ts")}
Each is an environment variable and an option of \`millrace controller\`; the option wins.

| Variable | Option | Default | |
| --- | --- | --- | --- |
${Object.entries(Settings.shape)
  .map(
    ([name, schema]) =>
      `| \`${name}\` | \`--${settingFlag(name)}\` | ${code(settingDefault(name))} | ${schema.description} |`,
  )
  .join("\n")}
`;

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const [path, text] of generated()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(path);
  }
}
