import { z } from "zod";
import { defineKind, type ObjectOf } from "../../src/schema/kind.ts";
import { BaseStatus } from "../../src/schema/object.ts";

/** A kind that means nothing but what a test says. */
export const Thing = defineKind({
  kind: "Thing",
  plural: "things",
  shortNames: [],
  doc: "A thing.",
  spec: z.object({
    size: z.int().min(0).describe("How large it is."),
    suspend: z.boolean().default(false).describe("Whether it is left alone."),
  }),
  status: BaseStatus.extend({
    seen: z.int().optional().describe("The size that was seen."),
    note: z.string().max(256).optional().describe("What somebody has to say."),
  }),
  columns: [],
});
export type Thing = ObjectOf<typeof Thing>;
