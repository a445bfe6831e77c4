import { isRecord, type KubeObject, timestamp } from "../object.ts";
import { type DefinitionNames, type DefinitionVersion, specOf } from "../resource/definition.ts";
import type { Behaviour } from "../resource/resource.ts";
import { definitionErrors } from "./definition-validation.ts";

/** The finalizer under which a definition that is being deleted waits for its objects to go. */
export const definitionFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** Definitions get default names, and are established as soon as they are written. */
export const definitionBehaviour: Behaviour = {
  prepare(definition, before, now) {
    const spec = definition["spec"];
    if (!isRecord(spec) || !isRecord(spec["names"]) || !Array.isArray(spec["versions"])) return;
    const names = spec["names"] as Record<string, unknown>;
    if (typeof names["kind"] === "string") {
      names["singular"] ??= names["kind"].toLowerCase();
      names["listKind"] ??= `${names["kind"]}List`;
    }
    for (const list of ["shortNames", "categories"]) {
      if (Array.isArray(names[list]) && names[list].length === 0) delete names[list];
    }
    spec["conversion"] ??= { strategy: "None" };
    definition["status"] = statusOf(definition, before?.["status"], timestamp(now));
  },

  validate: definitionErrors,
  finalizersOnDelete: [definitionFinalizer],
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

function statusOf(definition: KubeObject, before: unknown, now: string): object {
  const { names, versions } = specOf(definition);
  const old = isRecord(before) ? before : {};
  const known = Array.isArray(old["conditions"]) ? (old["conditions"] as Condition[]) : [];
  const condition = (type: string, reason: string, message: string): Condition => {
    const same = known.find((each) => each.type === type && each.status === "True");
    return same ?? { lastTransitionTime: now, message, reason, status: "True", type };
  };
  const stored = Array.isArray(old["storedVersions"]) ? (old["storedVersions"] as string[]) : [];
  return {
    acceptedNames: acceptedNames(names),
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ...known.filter((each) => each.type !== "NamesAccepted" && each.type !== "Established"),
    ],
    storedVersions: [
      ...new Set([...stored, ...versions.filter((each: DefinitionVersion) => each.storage).map(({ name }) => name)]),
    ],
  };
}

function acceptedNames(names: DefinitionNames): object {
  const { plural, singular, kind, listKind, shortNames, categories } = names;
  return {
    ...(categories && { categories }),
    kind,
    listKind,
    plural,
    ...(shortNames && { shortNames }),
    singular,
  };
}
