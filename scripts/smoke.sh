#!/usr/bin/env bash
# Runs the bundle on another Node.js, which comes from the registry as a package: scripts/smoke.sh 24
set -euo pipefail
major="${1:?usage: smoke.sh MAJOR}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
platform="$(node -p '`${process.platform}-${process.arch}`')"
version="$(npm view "node-$platform@$major" version --json 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | sort -V | tail -1)"
(cd "$work" && tar -xzf "$(npm pack --silent "node-$platform@$version")")
node="$work/package/bin/node"
echo "Node.js $("$node" --version)"
"$node" dist/millrace.js version
"$node" dist/millrace.js crds | grep -c '^kind: CustomResourceDefinition'
"$node" dist/millrace.js demo --state "$work/state"
