import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { ClusterAccess } from "../controller/access.ts";
import { childrenOf, markerOf, secretsOf } from "../controller/children.ts";
import { type Client, createClient } from "../controller/client.ts";
import { fenced } from "../controller/fence.ts";
import { createInformer, type Informer } from "../controller/informer.ts";
import { alwaysLeader, type Election, LeaseElection } from "../controller/leader.ts";
import { lookupOf } from "../controller/lookup.ts";
import { createManager, type Manager } from "../controller/manager.ts";
import { memoryOf } from "../controller/memory.ts";
import { Registry } from "../controller/metrics.ts";
import { requestMetrics } from "../controller/process-metrics.ts";
import { recordsOf } from "../controller/records.ts";
import type { Scrubber } from "../controller/scrub.ts";
import { systemTime } from "../controller/system-time.ts";
import { createTransport } from "../controller/transport.ts";
import { createForges } from "../forge/forges.ts";
import { createGit } from "../git/git.ts";
import type { Forges } from "../reconcilers/forge-port.ts";
import type { Git } from "../reconcilers/git-port.ts";
import { reconcilersFor } from "../reconcilers/index.ts";
import type { Clock, Log, Marker, Secrets } from "../reconcilers/ports.ts";
import { kinds } from "../schema/index.ts";
import { fencedForges, fencedGit, fencedMemory } from "./fenced-effects.ts";
import { forgeMetrics } from "./forge-metrics.ts";
import { learning } from "./learning.ts";
import { type Running, runnerOf } from "./running.ts";
import { gatewayServer, opsServer } from "./serving.ts";
import type { Settings } from "./settings.ts";

/** What a controller process is made of. */
export interface Environment {
  readonly settings: Settings;
  readonly access: ClusterAccess;
  readonly version: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly scrubber: Scrubber;
  /** PATH on which git is found. */
  readonly path: string;
}

const fieldManager = "millrace-controller";

/**
 * Puts a controller process together and runs it until the signal aborts. `listening` hears where the gateway listens.
 * Rejects when the process cannot go on; everything is closed by then.
 */
export async function runController(
  environment: Environment,
  signal: AbortSignal,
  listening: (gateway: string) => void = () => undefined,
): Promise<void> {
  const { settings, access, version, random, log } = environment;
  const registry = new Registry();
  const transport = createTransport(access, {
    userAgent: `millrace/${version}`,
    random,
    observe: requestMetrics(registry),
  });
  const git = createGit({ directory: settings.MILLRACE_STATE, path: environment.path, log });
  const client = createClient(transport);
  const secrets = learning(secretsOf(client), environment.scrubber);
  const election = electionOf(client, environment);
  const mayWrite = () => election.isLeader();
  const memory = fencedMemory(memoryOf(client, settings.MILLRACE_LEASE_NAMESPACE, fieldManager), mayWrite);
  const forges = createForges({ ...environment, secrets, memory });
  forgeMetrics(registry, forges);
  const marker = markerOf(client, "millrace-gateway");
  const running = runnerOf(environment, { client, git, marker, mayWrite, fieldManager });
  try {
    const parts = { registry, client, git, secrets, forges, election, marker, running, listening };
    await managerOf(environment, parts).run(signal);
  } finally {
    await running.close();
    await git.close();
    await forges.close();
    await transport.close();
  }
}

interface Parts {
  readonly registry: Registry;
  readonly client: Client;
  readonly git: Git;
  readonly secrets: Secrets;
  readonly forges: Forges;
  readonly election: Election;
  readonly marker: Marker;
  readonly running: Running;
  readonly listening: (gateway: string) => void;
}

function managerOf(environment: Environment, parts: Parts): Manager {
  const { settings, clock, log } = environment;
  const { registry, client, git, secrets, forges, election, marker, running, listening } = parts;
  const informers = informersOf(client, environment);
  const lookup = lookupOf(informers);
  const mayWrite = () => election.isLeader();
  const effects = {
    children: childrenOf(fenced(client, mayWrite), informers, fieldManager),
    records: recordsOf(fenced(client, mayWrite), fieldManager),
    forges: fencedForges(forges, mayWrite),
    git: fencedGit(git, mayWrite),
    runner: running.runner,
  };
  const world = { lookup, secrets, marker, clock, log };
  const manager: Manager = createManager({
    ...environment,
    client,
    informers,
    lookup,
    election,
    registry,
    reconcilers: reconcilersFor({ lookup, secrets, ...effects }),
    time: systemTime,
    identity: settings.MILLRACE_IDENTITY ?? hostname(),
    tempo: { workers: settings.MILLRACE_WORKERS },
    servers: [
      ...opsServer(settings.MILLRACE_OPS, () => manager, log),
      ...gatewayServer(settings.MILLRACE_GATEWAY, { world, registry, listening, ready: () => manager.readiness() }),
      ...running.servers,
    ],
  });
  return manager;
}

function informersOf(client: Client, { settings, random, log }: Environment): ReadonlyMap<string, Informer> {
  const namespace = settings.MILLRACE_NAMESPACE || undefined;
  return new Map(
    kinds.map(({ kind, resource }) => [kind, createInformer(client, resource, { namespace, random, log })]),
  );
}

function electionOf(client: Client, { settings, clock, random, log }: Environment): Election {
  if (!settings.MILLRACE_LEADER_ELECTION) return alwaysLeader;
  // The name is for people; what follows tells two starts of one name apart.
  const identity = `${settings.MILLRACE_IDENTITY ?? hostname()}_${randomUUID().slice(0, 8)}`;
  const lease = { namespace: settings.MILLRACE_LEASE_NAMESPACE, name: settings.MILLRACE_LEASE_NAME };
  return new LeaseElection({ client, clock, time: systemTime, log, random, lease, identity });
}
