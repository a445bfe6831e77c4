import { AsyncLocalStorage } from "node:async_hooks";
import { type Logger, pino, stdSerializers } from "pino";
import type { Clock, Log } from "../reconcilers/ports.ts";
import { Scrubber } from "./scrub.ts";

/** What every line says that is written during a turn of the loop, however deep below it. */
export interface TurnContext {
  readonly controller: string;
  readonly namespace: string;
  readonly name: string;
  /** 32 hex digits, new for each turn: also a valid W3C trace id. */
  readonly trace: string;
}

const turns = new AsyncLocalStorage<TurnContext>();

/** Runs `work` so that all that is logged in it, also later and elsewhere, carries the context. */
export function inTurn<T>(context: TurnContext, work: () => T): T {
  return turns.run(context, work);
}

/** The turn that the caller runs in; undefined outside of turns. */
export function currentTurn(): TurnContext | undefined {
  return turns.getStore();
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  readonly level: LogLevel;
  readonly clock: Pick<Clock, "now">;
  /** Takes one line of JSON at a time, with its newline. */
  readonly to: { write(line: string): void };
  /** Takes secrets out of every line. One that knows only their shapes by default. */
  readonly scrubber?: Scrubber;
}

/** Fields whose values are never written, on the first three levels of what is logged. */
const secretFields = [
  "authorization",
  "Authorization",
  "cookie",
  "credential",
  "credentials",
  "password",
  "privateKey",
  "secret",
  "token",
  "webhookSecret",
];
const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** A logger that writes JSON lines, in which no secret is left, each with the turn it belongs to. */
export function createLog({ level, clock, to, scrubber = new Scrubber() }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: "…" },
      serializers: { ...stdSerializers, err: errorFields },
      // A copy, since pino writes the line's own fields into what it is given.
      mixin: () => ({ ...turns.getStore() }),
    },
    { write: (line: string) => to.write(scrubber.scrub(line)) },
  );
  return logOf(logger);
}

function logOf(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => logOf(logger.child(fields)),
  };
}

/** What is worth knowing of an error. Its other fields may hold a request with its headers, and stay out. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    ...(typeof reason === "string" && { reason }),
    ...(cause !== undefined && { cause: errorFields(cause) }),
    stack,
  };
}
