/** Bundles the command into dist/millrace.js: `make build`. One file that needs Node.js and git, and no node_modules. */
import { chmodSync, rmSync, statSync } from "node:fs";
import { build } from "esbuild";

const outfile = "dist/millrace.js";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/cli/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node20.19",
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: "linked",
  alias: {
    // Of client-node only the reading of kubeconfigs is used; its generated models are six megabytes.
    "@kubernetes/client-node": "./node_modules/@kubernetes/client-node/dist/config.js",
    // What it gives out as its main file finds its parts by a require() that no bundler sees.
    "jsonc-parser": "./node_modules/jsonc-parser/lib/esm/main.js",
  },
  // Some dependencies are CommonJS and call require() for Node's own modules.
  banner: {
    js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
chmodSync(outfile, 0o755);
console.log(`${outfile} ${(statSync(outfile).size / 1024 / 1024).toFixed(1)} MiB`);
