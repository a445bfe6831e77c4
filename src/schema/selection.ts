import { z } from "zod";
import { listAtomic, listSet, rules } from "./kind.ts";
import { Name } from "./object.ts";

const label = z.string().max(63);
const Requirement = z.object({
  key: z.string().min(1).max(316).describe("Label."),
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]).describe("How the label's value relates to `values`."),
  values: z.array(label).max(100).meta(listSet).optional().describe("Values for `In` and `NotIn`."),
});

/** Repositories of the namespace, by label or by name. */
export const Selection = z
  .object({
    selector: z
      .object({
        matchLabels: z.record(z.string(), label).optional().describe("Labels that a Repository must have."),
        matchExpressions: z
          .array(Requirement)
          .max(32)
          .meta(listAtomic)
          .optional()
          .describe("Further requirements; all must hold."),
      })
      .optional()
      .describe("Repositories by label. An empty selector takes every Repository of the namespace."),
    names: z.array(Name).min(1).max(1000).meta(listSet).optional().describe("Repositories by name."),
  })
  .meta(
    rules({
      rule: "has(self.selector) != has(self.names)",
      message: "give either selector or names",
      reason: "FieldValueInvalid",
    }),
  );
