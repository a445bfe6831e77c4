import { awaitedBy, haveStarted, listed } from "./checks.ts";
import { preflightMs } from "./look.ts";
import type { Observed, SeenPull } from "./observed.ts";
import { type Decision, rest } from "./verdict.ts";

/** Says why no check has begun, when one should have long ago. Undefined where that is not so. */
export function preflight({ proposal, checks = [], since, now, gate }: Observed, open: SeenPull): Decision | undefined {
  const { merge: rule } = proposal.spec;
  const isLate = since !== undefined && Date.parse(since) + preflightMs <= now.getTime();
  if (!isLate || haveStarted(checks)) return undefined;
  const required = checks.filter((check) => check.required).map(({ name }) => name);
  const never = [...new Set([...required, ...awaitedBy(checks, rule)])].sort();
  if (never.length === 0 && rule.allowNoChecks) return undefined;
  const reasons = [
    gate.capabilities.startsChecks === false &&
      "what this credential pushes starts no workflows: use an App or a bot's token",
    gate.configured === false && "its commit has no configuration of a CI that is known here",
    never.length > 0 && `${listed(never)} never reported: nothing runs under that name, or the name is misspelt`,
  ].filter((reason) => reason !== false);
  const why = reasons.length > 0 ? reasons.join("; ") : "the forge does not say why";
  const way = "start them, merge it by hand, or correct spec.merge";
  const message = `#${open.number} is open for more than ${preflightMs / 60_000} minutes and no check has started: ${why}. ${capital(way)}`;
  return rest("Blocked", ["ChecksNotStarting", message], "checks");
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
