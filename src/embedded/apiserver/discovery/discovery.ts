import { createHash } from "node:crypto";
import { jsonReply, type Reply } from "../http/exchange.ts";
import { mediaRanges } from "../http/negotiate.ts";
import type { Registry } from "../resource/registry.ts";
import { aggregatedDiscovery, groupDocument, resourceList } from "./aggregated.ts";
import { type Group, groupsOf } from "./groups.ts";

/** Answers `/api`, `/apis` and what is directly below them; undefined for any other path. */
export class Discovery {
  readonly #registry: Registry;
  #edition = -1;
  #groups: readonly Group[] = [];
  readonly #cache = new Map<string, Reply>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  answer(path: string, accept: string | undefined): Reply | undefined {
    const parts = path.split("/").filter((part) => part !== "");
    if ((parts[0] !== "api" && parts[0] !== "apis") || parts.length > 3) return undefined;
    this.#refresh();
    const version = parts.length === 1 ? aggregatedVersion(accept) : undefined;
    const key = `${parts.join("/")} ${version ?? ""}`;
    const known = this.#cache.get(key);
    if (known) return known;
    const made = version ? this.#aggregated(parts[0], version) : this.#plain(parts);
    if (made) this.#cache.set(key, made);
    return made;
  }

  #refresh(): void {
    if (this.#edition === this.#registry.edition) return;
    this.#edition = this.#registry.edition;
    this.#groups = groupsOf(this.#registry);
    this.#cache.clear();
  }

  #aggregated(root: string, version: "v2" | "v2beta1"): Reply {
    const groups = this.#groups.filter((group) => (group.name === "") === (root === "api"));
    const body = JSON.stringify(aggregatedDiscovery(groups, version));
    const tag = createHash("sha256").update(body).digest("hex").toUpperCase();
    const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    return { code: 200, contentType, body, headers: { ETag: `"${tag}"`, Vary: "Accept" } };
  }

  #plain([root, first, second]: readonly string[]): Reply | undefined {
    if (root === "api") {
      if (first === undefined)
        return jsonReply(200, { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] });
      return second === undefined ? this.#resources("", first) : undefined;
    }
    const named = this.#groups.filter((group) => group.name !== "");
    if (first === undefined)
      return jsonReply(200, { kind: "APIGroupList", apiVersion: "v1", groups: named.map(groupDocument) });
    const group = named.find((each) => each.name === first);
    if (!group) return undefined;
    if (second !== undefined) return this.#resources(first, second);
    return jsonReply(200, { kind: "APIGroup", apiVersion: "v1", ...groupDocument(group) });
  }

  #resources(group: string, version: string): Reply | undefined {
    const found = this.#groups.find((each) => each.name === group)?.versions.find((each) => each.version === version);
    return found && jsonReply(200, resourceList(group, found));
  }
}

/** The aggregated form that the client prefers to the plain one; undefined when it wants the plain one. */
function aggregatedVersion(accept: string | undefined): "v2" | "v2beta1" | undefined {
  for (const { type, parameters } of mediaRanges(accept ?? "")) {
    if (type !== "application/json") continue;
    if (parameters.get("as") !== "APIGroupDiscoveryList") return undefined;
    const version = parameters.get("v");
    if (version === "v2" || version === "v2beta1") return version;
  }
  return undefined;
}
