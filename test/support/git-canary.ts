import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git as run, type Seed } from "./git-server.ts";
import type { GitWorld } from "./git-world.ts";

/** A trap: programs that everything in a hostile repository tries to start, each of which leaves a file behind. */
export interface Canary {
  /** Names of the traps that went off. */
  went(): string[];
  /** Runs plain git as somebody who is configured carelessly, so that traps go off. */
  carelessly(directory: string, ...args: readonly string[]): void;
  /** Runs work while everything around us is configured as carelessly. */
  around<T>(work: () => Promise<T>): Promise<T>;
}

/** Files of a repository that ask for programs in every way that git and its helpers know. */
export const hostileFiles: Readonly<Record<string, Seed>> = {
  ".gitattributes":
    "* filter=evil diff=evil merge=evil ident\n*.subst export-subst\n*.ignored export-ignore\n*.union merge=union\n*.opaque -diff -merge\n",
  ".gitconfig": "[core]\n\tfsmonitor = touch canary\n",
  ".git-blame-ignore-revs": "--output=canary\n",
  ".lfsconfig": '[lfs]\n\turl = "ext::touch canary"\n',
  ".gitmodules": '[submodule "x"]\n\tpath = module\n\turl = ext::sh -c touch% canary\n\tupdate = !touch canary\n',
  module: { mode: "160000", content: "1".repeat(40) },
  "hooks/post-checkout": { mode: "100755", content: "#!/bin/sh\ntouch canary\n" },
  config: "[core]\n\thooksPath = hooks\n[alias]\n\tfetch = !touch canary\n",
  "a.subst": "$Format:%H$ $Id$\n",
  "a.ignored": "ignored\n",
  "a.union": "one\n",
  "a.opaque": "one\n",
  "a.txt": "one\n",
  "lfs.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
};

/** Sets the traps next to the mirrors of a world. */
export function setCanary({ directory }: GitWorld): Canary {
  const [home, left] = [join(directory, "careless"), join(directory, "canary")];
  mkdirSync(left);
  mkdirSync(home);
  const trap = (name: string): string => {
    writeFileSync(join(home, name), `#!/bin/sh\ntouch ${join(left, name)}\ncat\n`);
    chmodSync(join(home, name), 0o755);
    return join(home, name);
  };
  const settings = [
    ["filter.evil.clean", "clean"],
    ["filter.evil.smudge", "smudge"],
    ["diff.evil.textconv", "textconv"],
    ["diff.external", "external"],
    ["merge.evil.driver", "merge"],
    ["core.fsmonitor", "fsmonitor"],
    ["core.sshCommand", "ssh"],
    ["core.pager", "pager"],
    ["credential.helper", "credential"],
    ["core.alternateRefsCommand", "alternates"],
  ] as const;
  const config = join(home, ".gitconfig");
  for (const [key, name] of settings) run(directory, ["config", "--file", config, key, trap(name)]);
  run(directory, ["config", "--file", config, "protocol.ext.allow", "always"]);
  const careless = { HOME: home, GIT_CONFIG_GLOBAL: config, GIT_EXTERNAL_DIFF: trap("external-variable") };
  return {
    went: () => readdirSync(left).sort(),
    carelessly: (at, ...args) => {
      run(at, ["-c", `include.path=${config}`, ...args]);
      for (const name of readdirSync(left)) rmSync(join(left, name));
    },
    around: async (work) => {
      const before = Object.fromEntries(Object.keys(careless).map((key) => [key, process.env[key]]));
      Object.assign(process.env, careless);
      try {
        return await work();
      } finally {
        for (const [key, value] of Object.entries(before)) {
          if (value === undefined) delete process.env[key];
          else process.env[key] = value;
        }
      }
    },
  };
}

/** Passes on the names of all that is in the folder of a world besides mirrors, the empty home and the traps. */
export function strays({ directory }: GitWorld): string[] {
  const expected = new Set(["mirrors", "home", "careless", "canary"]);
  const home = existsSync(join(directory, "home")) ? readdirSync(join(directory, "home")) : [];
  return [...readdirSync(directory).filter((name) => !expected.has(name)), ...home];
}
