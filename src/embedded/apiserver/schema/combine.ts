import { type Finding, general } from "./finding.ts";
import type { Structural } from "./structural.ts";
import { type Visit, visit } from "./visit.ts";

interface Attempt {
  readonly findings: readonly Finding[];
  readonly passed: number;
}

const attempt = (node: Structural, at: Visit): Attempt => {
  const findings: Finding[] = [];
  return { passed: visit(node, at, findings), findings };
};

/** The failed attempt that got furthest: the one that the writer most likely meant. */
const closest = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.reduce<Attempt | undefined>((best, each) => (best && best.passed >= each.passed ? best : each), undefined);

/** Checks `anyOf`, `oneOf`, `allOf` and `not`. Returns how many checks were passed. */
export function combinations(node: Structural, at: Visit, out: Finding[]): number {
  let passed = 1;
  if (node.anyOf.length > 0) passed += anyOf(node, at, out);
  if (node.oneOf.length > 0) passed += oneOf(node, at, out);
  if (node.allOf.length > 0) passed += allOf(node, at, out);
  if (node.not && attempt(node.not, at).findings.length === 0)
    out.push(general(`${JSON.stringify(at.path)} must not validate the schema (not)`));
  return passed;
}

function anyOf(node: Structural, at: Visit, out: Finding[]): number {
  const failed: Attempt[] = [];
  for (const alternative of node.anyOf) {
    const each = attempt(alternative, at);
    if (each.findings.length === 0) return each.passed;
    failed.push(each);
  }
  out.push(general(`${JSON.stringify(at.path)} must validate at least one schema (anyOf)`));
  const best = closest(failed);
  out.push(...(best?.findings ?? []));
  return best?.passed ?? 0;
}

function oneOf(node: Structural, at: Visit, out: Finding[]): number {
  const attempts = node.oneOf.map((alternative) => attempt(alternative, at));
  const valid = attempts.filter(({ findings }) => findings.length === 0);
  if (valid.length === 1) return valid[0]!.passed;
  const found = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  out.push(general(`${JSON.stringify(at.path)} must validate one and only one schema (oneOf). ${found}`));
  if (valid.length > 0) return 0;
  const best = closest(attempts);
  out.push(...(best?.findings ?? []));
  return best?.passed ?? 0;
}

function allOf(node: Structural, at: Visit, out: Finding[]): number {
  const attempts = node.allOf.map((each) => attempt(each, at));
  for (const { findings } of attempts) out.push(...findings);
  const valid = attempts.filter(({ findings }) => findings.length === 0).length;
  if (valid < attempts.length)
    out.push(
      general(`${JSON.stringify(at.path)} must validate all the schemas (allOf)${valid ? "" : ". None validated"}`),
    );
  return attempts.reduce((sum, { passed }) => sum + passed, 0);
}
