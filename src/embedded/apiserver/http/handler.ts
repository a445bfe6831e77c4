import { randomInt } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cluster } from "../cluster.ts";
import type { Fault, FaultHook } from "../fault.ts";
import { dispatch } from "../verb/dispatch.ts";
import { parseCount } from "../verb/revision.ts";
import { Watcher } from "../verb/watch.ts";
import type { WatchHub } from "../verb/watch-hub.ts";
import type { Call } from "./call.ts";
import type { Counter } from "./counter.ts";
import { Documents, isPublic } from "./documents.ts";
import { type Reply, readBody, send } from "./exchange.ts";
import { failure, refusal } from "./failure.ts";
import { negotiate } from "./negotiate.ts";
import { parseResourcePath } from "./path.ts";
import { render, toYaml } from "./render.ts";
import { type Route, routeOf } from "./route.ts";
import { unauthorized } from "./status.ts";
import { WatchSink } from "./watch-sink.ts";

/** What the handler needs besides the cluster. */
export interface Surroundings {
  readonly hub: WatchHub;
  readonly counter: Counter;
  readonly fault: FaultHook | undefined;
  readonly accepts: (authorization: string | undefined) => boolean;
  /** Resets the client's connection. */
  readonly reset: (request: IncomingMessage) => void;
}

interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: Route | undefined;
}

/** Handles every request of the server. */
export class Handler {
  readonly #cluster: Cluster;
  readonly #around: Surroundings;
  readonly #documents: Documents;

  constructor(cluster: Cluster, around: Surroundings) {
    this.#cluster = cluster;
    this.#around = around;
    this.#documents = new Documents(cluster.registry);
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const target = this.#target(request);
      const fault = this.#fault(request, target);
      if (fault?.do === "reset") return this.#around.reset(request);
      if (fault?.do === "blackhole") return void request.resume();
      if (fault?.do === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
      if (fault?.do === "refuse") throw refusal(fault);
      if (!isPublic(target.path) && !this.#around.accepts(request.headers.authorization)) throw unauthorized();
      const reply = await this.#reply({ request, response, target, fault });
      if (reply && fault?.do === "loseAnswer") this.#around.reset(request);
      else if (reply) send(response, reply);
    } catch (error) {
      send(response, failure(error));
    }
  }

  #target(request: IncomingMessage): Target {
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
    const named = parseResourcePath(path);
    const route = named && routeOf(this.#cluster.registry, request.method ?? "GET", named, query);
    const subject = route ? subjectOf(route) : path;
    this.#around.counter.add(route?.verb ?? (request.method ?? "GET").toLowerCase(), subject);
    return { path, query, route };
  }

  #fault(request: IncomingMessage, { route }: Target): Fault | undefined {
    const { namespace = "", name = "", subresource = "" } = route?.path ?? {};
    const { method = "GET", url = "/" } = request;
    const resource = route?.served.resource.id ?? "";
    return this.#around.fault?.({ method, url, verb: route?.verb ?? "", resource, namespace, name, subresource });
  }

  async #reply(exchange: Exchange): Promise<Reply | undefined> {
    const { request, target } = exchange;
    if (!target.route) {
      const found =
        request.method === "GET" && this.#documents.answer(target.path, target.query, request.headers.accept);
      return found || { code: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" };
    }
    const call = callOf(request, target, target.route, await readBody(request));
    if (call.verb === "watch") return this.#watch(call, exchange);
    const answer = dispatch(this.#cluster, call);
    const body = render(call, answer, this.#cluster.clock.now());
    // Nobody may see what a crash could still take back.
    await this.#cluster.store.settled();
    const code = answer.type === "list" ? 200 : answer.code;
    const yaml = call.presentation.format === "yaml";
    const contentType = yaml ? "application/yaml" : "application/json";
    return { code, contentType, body: yaml ? toYaml(body) : body, warnings: call.warnings };
  }

  async #watch(call: Call, { response, fault }: Exchange): Promise<undefined> {
    const { hub } = this.#around;
    const seconds = parseCount("timeoutSeconds", call.query.get("timeoutSeconds")) || randomInt(1800, 3600);
    // Parsing the selectors may refuse the request, so it comes before the first byte of the answer.
    const watcher = new Watcher(this.#cluster, call, {
      write: (lines) => sink.write(lines),
      end: () => sink.end(),
    });
    const sink = new WatchSink(response, fault);
    if (!watcher.start()) return;
    hub.add(watcher);
    const timer = setTimeout(() => watcher.finish(), seconds * 1_000);
    response.once("close", () => {
      clearTimeout(timer);
      hub.delete(watcher);
    });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly fault: Fault | undefined;
}

function callOf(request: IncomingMessage, { query }: Target, { verb, served, path }: Route, body: Buffer): Call {
  const { namespace, name, subresource } = path;
  if (verb === "watch" && name !== "") query.set("fieldSelector", `metadata.name=${name}`);
  const contentType = (request.headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  return {
    verb,
    served,
    namespace,
    name,
    subresource,
    query,
    presentation: negotiate(request.headers.accept),
    contentType,
    body,
    userAgent: request.headers["user-agent"] ?? "",
    warnings: served.version.deprecation ? [served.version.deprecation] : [],
  };
}

const subjectOf = ({ served, path }: Route): string =>
  path.subresource === "" ? served.resource.id : `${served.resource.id}/${path.subresource}`;
