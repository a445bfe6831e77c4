import { stringify } from "yaml";
import { isRecord } from "../object.ts";
import { groupVersion } from "../resource/resource.ts";
import { Presenter } from "../table/table.ts";
import { isVerbatim, servedJson } from "../write/conversion.ts";
import type { Answer, Call, List } from "./call.ts";

/** The JSON text of an answer, in the version and the form that the client asked for. */
export function render(call: Call, answer: Answer, now: Date): string {
  switch (answer.type) {
    case "status":
      return JSON.stringify(answer.body);
    case "object":
      return renderObject(call, answer.json, now);
    case "list":
      return renderList(call, answer.list, now);
  }
}

function renderObject(call: Call, json: string, now: Date): string {
  const { as } = call.presentation;
  if (as === "object") return servedJson(call.served, json);
  const presenter = new Presenter(call, now);
  if (as === "metadata") return JSON.stringify(presenter.partial(json));
  const { resourceVersion } = (JSON.parse(json) as { metadata: { resourceVersion?: string } }).metadata;
  return JSON.stringify(presenter.table([json], { resourceVersion }));
}

function renderList(call: Call, list: List, now: Date): string {
  const metadata = {
    resourceVersion: String(list.revision),
    ...(list.continue !== undefined && { continue: list.continue }),
    ...(list.remaining !== undefined && { remainingItemCount: list.remaining }),
  };
  const { as } = call.presentation;
  if (as === "table") return JSON.stringify(new Presenter(call, now).table(list.items, metadata));
  if (as === "metadata") return JSON.stringify(new Presenter(call, now).partialList(list, metadata));
  const { resource, version } = call.served;
  const apiVersion = groupVersion(resource.group, version.name);
  const items = isVerbatim(call.served) ? list.items : list.items.map((json) => servedJson(call.served, json));
  const text = items.join(",");
  const meta = JSON.stringify(resource.custom ? { continue: "", ...metadata } : metadata);
  // Custom kinds have no order of fields, so theirs stand in the order of the alphabet.
  if (resource.custom) {
    return `{"apiVersion":"${apiVersion}","items":[${text}],"kind":"${resource.listKind}","metadata":${meta}}`;
  }
  return `{"kind":"${resource.listKind}","apiVersion":"${apiVersion}","metadata":${meta},"items":[${text}]}`;
}

/** JSON text as YAML. */
export function toYaml(json: string): string {
  const value: unknown = JSON.parse(json);
  return stringify(isRecord(value) ? value : {}, { lineWidth: 0 });
}
