import { type Conversion, type Resource, resourceId, type Version } from "../resource/resource.ts";
import { compileStructural, type Structural } from "../schema/structural.ts";
import { messages } from "../wire/message.ts";
import { inlineSchema } from "../wire/schema.ts";
import { eventBehaviour, eventConversion, eventPrinter } from "./event.ts";
import { type Row, rows } from "./rows.ts";

/** The resources that are served without a definition. All of them have one version, `v1`. */
export const builtinResources: readonly Resource[] = [
  ...rows.map((row) => resource(row)),
  {
    ...resource(
      {
        group: "events.k8s.io",
        plural: "events",
        kind: "Event",
        short: "ev",
        printer: eventPrinter,
        behaviour: eventBehaviour,
      },
      eventConversion,
    ),
    // One store, seen in the words of two groups.
    id: "events",
  },
];

function resource(row: Row, conversion?: Conversion): Resource {
  return {
    id: resourceId(row.group, row.plural),
    group: row.group,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    kind: row.kind,
    listKind: `${row.kind}List`,
    namespaced: !row.cluster,
    shortNames: row.short?.split(",") ?? [],
    categories: row.all ? ["all"] : row.plural.startsWith("customresource") ? ["api-extensions"] : [],
    storedVersion: "v1",
    versions: [version(row, conversion)],
    hasGeneration: row.generation ?? false,
    custom: false,
    behaviour: row.behaviour ?? {},
  };
}

/** Schemas of built-in kinds are large, and most servers are asked for few of them. */
function version(row: Row, conversion: Conversion | undefined): Version {
  const message = messages.get(conversion ? "RegardingEvent" : row.kind);
  let structural: Structural | undefined;
  return {
    name: "v1",
    printer: row.printer,
    schema: undefined,
    get structural() {
      if (message) structural ??= compileStructural(inlineSchema(message));
      return structural;
    },
    message,
    hasStatus: row.status ?? false,
    selectable: [],
    ...(conversion && { conversion }),
  };
}
