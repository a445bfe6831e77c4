import { z } from "zod";
import { defineKind, listAtomic, rules } from "./kind.ts";
import { BaseStatus, commonColumns, Name, Time } from "./object.ts";

const Entry = z.object({
  seq: z.int().min(1).describe("From 1, one after the other, over all segments of the run."),
  at: Time.describe("When it happened."),
  kind: z.string().max(64).describe("What happened, in one CamelCase word."),
  subject: z.string().max(320).describe("What it is about."),
  actor: z.string().max(253).describe("Who did it."),
  reason: z.string().max(1024).describe("Why."),
  before: z.string().max(253).optional().describe("How it was."),
  after: z.string().max(253).optional().describe("How it is."),
  hash: z.string().max(64).describe("SHA-256 of this entry and of the hash before it."),
});

export const RunRecord = defineKind({
  kind: "RunRecord",
  plural: "runrecords",
  shortNames: ["run", "runs"],
  doc: "What happened in a run, entry by entry: written by controllers, only ever added to, each entry chained to the one before.",
  spec: z
    .object({
      run: Name.describe("Run that it tells about."),
      index: z.int().min(0).describe("Which part of it, from 0: a long run has several."),
      about: z.string().max(320).describe("Object that ran, such as `ReleasePlan/autumn`."),
      previous: z.string().max(64).describe("Hash of the last entry of the part before."),
      entries: z.array(Entry).max(250).meta(listAtomic).describe("What happened, oldest first."),
      isClosed: z.boolean().default(false).describe("The run is over: nothing comes after."),
    })
    .meta(
      rules(
        {
          rule: "!oldSelf.isClosed || self == oldSelf",
          message: "the run is over: its record does not change",
          reason: "FieldValueForbidden",
        },
        {
          rule: "self.run == oldSelf.run && self.index == oldSelf.index && self.previous == oldSelf.previous && self.about == oldSelf.about && self.entries.size() >= oldSelf.entries.size()",
          message: "a record is only added to",
          reason: "FieldValueForbidden",
        },
        {
          rule: "oldSelf.entries.size() == 0 || self.entries.size() < oldSelf.entries.size() || self.entries[oldSelf.entries.size() - 1].hash == oldSelf.entries[oldSelf.entries.size() - 1].hash",
          message: "what a record has told does not change",
          reason: "FieldValueForbidden",
        },
      ),
    ),
  status: BaseStatus.extend({
    entries: z.int().optional().describe("How many entries the run has up to here."),
  }),
  columns: [
    { name: "About", path: ".spec.about" },
    { name: "Part", path: ".spec.index", type: "integer" },
    { name: "Closed", path: ".spec.isClosed" },
    ...commonColumns,
  ],
  selectableFields: [".spec.run"],
});
export type RunRecord = z.infer<typeof RunRecord.object>;
