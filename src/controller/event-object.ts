import type { KubeObject, Resource, WantedObject } from "./client.ts";

/** What an event says. `reason` and `action` are CamelCase words; `note` is a sentence for people. */
export interface News {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

/** One piece of news, and how often it came. */
export interface Occurrence {
  readonly id: string;
  readonly about: KubeObject;
  readonly news: News;
  readonly first: Date;
  last: Date;
  count: number;
  /** Name of the event at the server; undefined before it is there. */
  name: string | undefined;
}

export const eventResource: Resource = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
};

/** Limits of the API: of a note in bytes, of the words in characters. */
const noteBytes = 1_024;
const wordLength = 128;

interface Place {
  readonly controller: string;
  readonly instance: string;
  readonly name: string;
  readonly namespace: string;
}

/** The event as the API server takes it: no longer than allowed, and about exactly this object, by its uid. */
export function describe(occurrence: Occurrence, { controller, instance, name, namespace }: Place): WantedObject {
  const { about, news, first, count } = occurrence;
  const { kind, apiVersion, metadata } = about;
  return {
    metadata: { name, namespace },
    eventTime: microTime(first),
    reportingController: controller,
    reportingInstance: instance.slice(0, wordLength),
    type: news.type,
    reason: news.reason.slice(0, wordLength),
    action: news.action.slice(0, wordLength),
    note: cut(news.note, noteBytes),
    regarding: {
      kind,
      apiVersion,
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    },
    ...(count > 1 && { series: seriesOf(occurrence) }),
  };
}

/** A series is for what came at least twice. */
export function seriesOf({ count, last }: Occurrence): object {
  return { count, lastObservedTime: microTime(last) };
}

/** A moment as Kubernetes' MicroTime: RFC 3339 with exactly six digits of a second. */
export const microTime = (at: Date): string => at.toISOString().replace("Z", "000Z");

/** At most so many bytes of UTF-8, cut between characters. */
function cut(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  const whole = new TextDecoder().decode(encoded.subarray(0, bytes - 3));
  return `${whole.replace(/\uFFFD+$/, "")}…`;
}
