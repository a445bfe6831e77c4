import { createHash } from "node:crypto";
import { groupsOf } from "../discovery/groups.ts";
import { jsonReply, type Reply } from "../http/exchange.ts";
import type { Registry } from "../resource/registry.ts";
import { groupVersion } from "../resource/resource.ts";
import { openApiDocument } from "./document.ts";

interface Document {
  readonly body: string;
  readonly hash: string;
}

/** `{swagger: "2.0", info: {title, version}, paths: {}}` in protobuf: enough for clients that only want to know it is there. */
const v2 = Buffer.concat([
  field(1, Buffer.from("2.0")),
  field(2, Buffer.concat([field(1, Buffer.from("k8s")), field(2, Buffer.from("v1"))])),
  field(8, Buffer.alloc(0)),
]);

/** Answers `/openapi/v2` and `/openapi/v3`; undefined for any other path. */
export class OpenApi {
  readonly #registry: Registry;
  #edition = -1;
  readonly #documents = new Map<string, Document>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  answer(path: string): Reply | undefined {
    if (path === "/openapi/v2") {
      return { code: 200, contentType: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf", body: v2 };
    }
    if (path !== "/openapi/v3" && !path.startsWith("/openapi/v3/")) return undefined;
    this.#refresh();
    const name = path.slice("/openapi/v3/".length);
    if (name === "") return jsonReply(200, { paths: this.#index() });
    const document = this.#documents.get(name);
    if (!document) return undefined;
    const headers = { ETag: `"${document.hash}"`, "Cache-Control": "public, immutable" };
    return { code: 200, contentType: "application/json", body: document.body, headers };
  }

  #index(): object {
    return Object.fromEntries(
      [...this.#documents].map(([name, { hash }]) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` }]),
    );
  }

  #refresh(): void {
    if (this.#edition === this.#registry.edition) return;
    this.#edition = this.#registry.edition;
    this.#documents.clear();
    for (const { name, versions } of groupsOf(this.#registry)) {
      for (const { version, resources } of versions) {
        if (resources.length === 0) continue;
        const body = JSON.stringify(openApiDocument(name, version, resources));
        const hash = createHash("sha512").update(body).digest("hex").toUpperCase().slice(0, 64);
        this.#documents.set(name === "" ? `api/${version}` : `apis/${groupVersion(name, version)}`, { body, hash });
      }
    }
  }
}

/** A length-delimited protobuf field. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
}
