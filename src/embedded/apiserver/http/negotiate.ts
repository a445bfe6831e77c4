import { notAcceptable } from "./status.ts";

/** How a client wants objects to be shown. */
export interface Presentation {
  readonly as: "object" | "table" | "metadata";
  /** Version of `meta.k8s.io` for a Table or PartialObjectMetadata. */
  readonly version: "v1" | "v1beta1";
  readonly format: "json" | "yaml";
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const plain: Presentation = { as: "object", version: "v1", format: "json" };
const served = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** The media ranges of an Accept header in the order of preference. */
export function mediaRanges(accept: string): MediaRange[] {
  const ranges = accept.split(",").map((each) => {
    const [type = "", ...rest] = each.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map((part) => [part.split("=")[0] ?? "", part.split("=")[1] ?? ""] as const));
    return { type: type.toLowerCase(), parameters };
  });
  const quality = (range: MediaRange): number => Number(range.parameters.get("q") ?? 1);
  return ranges.filter((range) => range.type !== "").sort((left, right) => quality(right) - quality(left));
}

/** Chooses what to answer with. Throws 406 when nothing that the client accepts can be served. */
export function negotiate(accept: string | undefined): Presentation {
  if (accept === undefined || accept === "" || accept === "application/json") return plain;
  for (const range of mediaRanges(accept)) {
    const chosen = presentationOf(range);
    if (chosen) return chosen;
  }
  throw notAcceptable(served);
}

function presentationOf({ type, parameters }: MediaRange): Presentation | undefined {
  const format = formats[type];
  if (format === undefined) return undefined;
  const as = parameters.get("as");
  if (as === undefined) return { ...plain, format };
  const version = parameters.get("v");
  if (parameters.get("g") !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) return undefined;
  if (as === "Table") return { as: "table", version, format };
  if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return { as: "metadata", version, format };
  return undefined;
}

const formats: Readonly<Record<string, "json" | "yaml">> = {
  "application/json": "json",
  "application/yaml": "yaml",
  "application/*": "json",
  "*/*": "json",
};
