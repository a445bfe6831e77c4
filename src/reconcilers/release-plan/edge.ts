import type { z } from "zod";
import type { Edge } from "../../schema/dependency.ts";
import type { Edit } from "../../schema/edit.ts";
import type { Repository } from "../../schema/repository.ts";
import type { Lookup } from "../ports.ts";

export interface GraphEdge {
  readonly node: string;
  readonly name: string;
  readonly via: z.infer<typeof Edge>["via"];
  readonly path?: string;
  readonly requires?: string;
  readonly range?: string;
  readonly onMajor?: z.infer<typeof Edge>["onMajor"];
}
export function edgesOf(repository: Repository, _: Lookup): readonly GraphEdge[] {
  const node = repository.metadata.name;
  const own = repository.spec.dependsOn.map((edge) => ({ ...edge, node }) as GraphEdge);
  const libraries = repository.spec.release.libraries.flatMap(({ name, dependsOn }) =>
    dependsOn.map((edge) => ({ ...edge, node: `${node}/${name}` }) as GraphEdge),
  );
  return [...own, ...libraries];
}
export function pinEdits(_: {
  readonly path: string;
  readonly text: string;
  readonly name: string;
  readonly version: string;
}): readonly Edit[] | undefined {
  return undefined;
}
