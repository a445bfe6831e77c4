import type { Time } from "./alarm.ts";
import type { KubeObject } from "./client.ts";

/** After this the cache is believed again: a server restored from a backup counts its versions from further back. */
const trustAgainMs = 5 * 60_000;

/**
 * Remembers what we wrote until the cache shows it, so that no turn decides on what was true before our own last write.
 * Holds a version per object that the cache is behind for, and nothing else.
 */
export class OwnWrites {
  readonly #time: Pick<Time, "monotonic">;
  readonly #written = new Map<string, { readonly uid: string; readonly version: string; readonly at: number }>();

  constructor(time: Pick<Time, "monotonic">) {
    this.#time = time;
  }

  /** Keeps the version that the API server gave to our write. */
  wrote(key: string, { metadata }: KubeObject): void {
    const { uid, resourceVersion: version } = metadata;
    this.#written.set(key, { uid, version, at: this.#time.monotonic() });
  }

  /** Whether the cache's object is older than what we wrote. */
  behind(key: string, cached: KubeObject | undefined): boolean {
    const written = this.#written.get(key);
    if (!written) return false;
    const isBehind =
      cached?.metadata.uid === written.uid &&
      isOlder(cached.metadata.resourceVersion, written.version) &&
      this.#time.monotonic() - written.at < trustAgainMs;
    if (!isBehind) this.#written.delete(key);
    return isBehind;
  }
}

/** Versions are decimal numbers of any length and compare as such (KEP-5504); others are not older. */
function isOlder(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
