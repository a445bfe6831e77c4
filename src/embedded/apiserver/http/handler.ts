import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "../access/access.ts";
import { Reviews } from "../access/reviews.ts";
import type { User } from "../access/user.ts";
import type { Cluster } from "../cluster.ts";
import type { Fault, FaultHook } from "../fault.ts";
import { dispatch } from "../verb/dispatch.ts";
import type { WatchHub } from "../verb/watch-hub.ts";
import { parseBody } from "../write/body.ts";
import type { Answer, Call } from "./call.ts";
import type { Counter } from "./counter.ts";
import { Documents, isPublic } from "./documents.ts";
import { jsonReply, type Reply, readBody, send } from "./exchange.ts";
import { failure, refusal } from "./failure.ts";
import { openWatch } from "./open-watch.ts";
import { render, toYaml } from "./render.ts";
import type { Route } from "./route.ts";
import { StatusError } from "./status.ts";
import { callOf, contentTypeOf, subjectOf, type Target, targetOf } from "./target.ts";

/** What the handler needs besides the cluster. */
export interface Surroundings {
  readonly access: Access;
  readonly hub: WatchHub;
  readonly counter: Counter;
  readonly fault: FaultHook | undefined;
  /** Resets the client's connection. */
  readonly reset: (request: IncomingMessage) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: Target;
  readonly fault: Fault | undefined;
}

const nothingThere: Reply = { code: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" };

/** Handles every request of the server. */
export class Handler {
  readonly #cluster: Cluster;
  readonly #around: Surroundings;
  readonly #documents: Documents;
  readonly #reviews: Reviews;

  constructor(cluster: Cluster, around: Surroundings) {
    this.#cluster = cluster;
    this.#around = around;
    this.#documents = new Documents(cluster.registry);
    this.#reviews = new Reviews(cluster, around.access);
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const target = targetOf(this.#cluster.registry, request);
      this.#around.counter.add(target.route?.verb ?? target.method.toLowerCase(), subjectOf(target));
      const fault = this.#faultOf(request, target);
      if (fault?.do === "reset") this.#around.reset(request);
      else if (fault?.do === "blackhole") request.resume();
      else await this.#answer({ request, response, target, fault });
    } catch (error) {
      send(response, failure(error));
    }
  }

  #faultOf({ url = "/" }: IncomingMessage, { method, route }: Target): Fault | undefined {
    const { namespace = "", name = "", subresource = "" } = route?.path ?? {};
    const resource = route?.served.resource.id ?? "";
    return this.#around.fault?.({ method, url, verb: route?.verb ?? "", resource, namespace, name, subresource });
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response, fault } = exchange;
    if (fault?.do === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.do === "refuse") throw refusal(fault);
    const reply = await this.#reply(exchange);
    if (reply && fault?.do === "loseAnswer") this.#around.reset(request);
    else if (reply) send(response, reply);
  }

  /** Undefined for a watch, which answers by itself. */
  async #reply(exchange: Exchange): Promise<Reply | undefined> {
    const { request, target } = exchange;
    const { path, route } = target;
    if (!route && isPublic(path)) return this.#document(exchange);
    const user = this.#around.access.user(request.headers);
    if (!route) return (await this.#review(exchange, user)) ?? this.#pathOf(exchange, user);
    this.#around.access.checkResource(user, route);
    return this.#resource(exchange, route);
  }

  async #resource({ request, response, target, fault }: Exchange, route: Route): Promise<Reply | undefined> {
    const call = callOf(request, target.query, route, await readBody(request));
    if (call.verb !== "watch") return this.#carryOut(call);
    await this.#cluster.store.settled();
    const { hub, reset } = this.#around;
    openWatch(this.#cluster, call, { hub, response, fault, reset: () => reset(request) });
    return undefined;
  }

  async #carryOut(call: Call): Promise<Reply> {
    const answer = this.#attempt(call);
    if (answer instanceof StatusError) return failure(answer, call.warnings);
    const body = render(call, answer, this.#cluster.clock.now());
    // Nobody may see what a crash could still take back.
    await this.#cluster.store.settled();
    const code = answer.type === "list" ? 200 : answer.code;
    const yaml = call.presentation.format === "yaml";
    const contentType = yaml ? "application/yaml" : "application/json";
    return { code, contentType, body: yaml ? toYaml(body) : `${body}\n`, warnings: call.warnings };
  }

  /** A refusal keeps the warnings that came before it. */
  #attempt(call: Call): Answer | StatusError {
    try {
      return dispatch(this.#cluster, call);
    } catch (error) {
      if (error instanceof StatusError) return error;
      throw error;
    }
  }

  #pathOf(exchange: Exchange, user: User): Reply {
    const { method, path } = exchange.target;
    this.#around.access.checkPath(user, method.toLowerCase(), path);
    return this.#document(exchange);
  }

  #document({ request, target }: Exchange): Reply {
    if (target.method !== "GET") return nothingThere;
    return this.#documents.answer(target.path, target.query, request.headers.accept) ?? nothingThere;
  }

  async #review({ request, target }: Exchange, user: User): Promise<Reply | undefined> {
    const { named, method } = target;
    const review = named && method === "POST" ? this.#reviews.find(named) : undefined;
    if (!named || !review) return undefined;
    this.#around.access.checkReview(user, named);
    const body = parseBody(contentTypeOf(request), await readBody(request)).value;
    return jsonReply(201, this.#reviews.complete(named, review({ path: named, user, body }), body));
  }
}
