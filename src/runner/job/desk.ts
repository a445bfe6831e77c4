import type { Git } from "../../reconcilers/git-port.ts";
import type { DeskRefusal, Handover, JobObject, Jobs, RunDesk } from "../../reconcilers/job-port.ts";
import type { Clock, Log, Marker } from "../../reconcilers/ports.ts";
import { ChangeProposal } from "../../schema/change-proposal.ts";
import { requestedAt } from "../../schema/object.ts";
import { mostBytes } from "./bundle.ts";
import { annotation, isOver, jobKeyOf, ownsJob } from "./name.ts";
import type { Received, Results } from "./results.ts";
import type { Entry, Roster } from "./roster.ts";
import { isTicket, type Tickets } from "./ticket.ts";

export interface DeskParts {
  readonly jobs: Jobs;
  readonly git: Pick<Git, "tar">;
  readonly marker: Marker;
  readonly roster: Roster;
  readonly results: Results;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this replica leads: it alone has the files at hand, and it alone will look at the result. */
  readonly leads: () => boolean;
}

/** A download that broke off may be begun again for so long after the first, with the same ticket. */
const againMs = 60_000;

/** An annotation that others wrote next to is written again this often. */
const tries = 6;

type Refused = { readonly is: "refused"; readonly why: DeskRefusal };
const refused = (why: DeskRefusal): Refused => ({ is: "refused", why });

interface Admitted {
  readonly is: "admitted";
  readonly entry: Entry;
  readonly job: JobObject;
}

/** The desk of this replica. What was handed out and taken is written on the Job, so that every replica knows. */
export function createDesk(parts: DeskParts): RunDesk {
  const { jobs, git, clock, results } = parts;
  return {
    async source(handover, signal) {
      for (let attempt = 0; attempt < tries; attempt++) {
        const admitted = await admit(handover, "source", parts, signal);
        if (admitted.is === "refused") return admitted;
        const { job, entry } = admitted;
        const given = job.metadata.annotations?.[annotation.sourceGivenAt];
        if (given && clock.now().getTime() - new Date(given).getTime() > againMs) return refused("used");
        const mark = { metadata: { annotations: { [annotation.sourceGivenAt]: clock.now().toISOString() } } };
        if (!given && (await jobs.change(job, mark, signal)) === "moved") continue;
        return { is: "given", body: git.tar(entry.run.remote, entry.run.commit, signal) };
      }
      return refused("elsewhere");
    },

    async result({ sha256, ...handover }, body, signal) {
      const admitted = await admit(handover, "result", parts, signal);
      if (admitted.is === "refused") return admitted;
      const { job, entry } = admitted;
      const taken = job.metadata.annotations?.[annotation.result];
      if (taken && taken !== sha256) return refused("used");
      const delivery = { id: handover.id, job: job.metadata.uid };
      if (taken && (await results.receivedAt(delivery))) return { is: "taken" };
      const received = await results.receive(body(), { sha256, bytes: mostBytes(entry.run.wish.limits) });
      if (received.is !== "whole") return refused(received.is === "tooLarge" ? "tooLarge" : "malformed");
      return keep(received, { ...handover, sha256 }, parts, signal);
    },
  };
}

/** Writes down that the ticket has done its work, then lets the result count, then asks for the proposal's next turn. */
async function keep(
  received: Extract<Received, { is: "whole" }>,
  { sha256, ...handover }: Handover & { readonly sha256: string },
  parts: DeskParts,
  signal: AbortSignal,
): Promise<{ readonly is: "taken" } | Refused> {
  let why: DeskRefusal = "elsewhere";
  try {
    for (let attempt = 0; attempt < tries; attempt++) {
      const admitted = await admit(handover, "result", parts, signal);
      if (admitted.is === "refused") return admitted;
      const { job, entry } = admitted;
      const taken = job.metadata.annotations?.[annotation.result];
      why = taken && taken !== sha256 ? "used" : "elsewhere";
      if (why === "used") break;
      const mark = { metadata: { annotations: { [annotation.result]: sha256 } } };
      if (!taken && (await parts.jobs.change(job, mark, signal)) === "moved") continue;
      await received.keep({ id: handover.id, job: job.metadata.uid });
      await wake(entry, parts, signal);
      return { is: "taken" };
    }
    return refused(why);
  } finally {
    await received.drop();
  }
}

/** Only shortens the wait: without it the proposal looks by itself. */
async function wake({ run }: Entry, { marker, clock, log }: DeskParts, signal: AbortSignal): Promise<void> {
  const { namespace, name } = run.owner;
  const mark = { [requestedAt]: `${clock.now().toISOString()}/run-${run.id}` };
  try {
    await marker.annotate(ChangeProposal, { namespace, name }, mark, signal);
  } catch (error) {
    log.warn({ err: error, namespace, name }, "a proposal could not be told that its command has delivered");
  }
}

/** Whether a ticket opens the door. Nobody without the right one learns whether there is such a run. */
async function admit(
  { id, ticket }: Handover,
  which: keyof Tickets,
  { jobs, roster, leads }: DeskParts,
  signal: AbortSignal,
): Promise<Admitted | Refused> {
  if (!leads()) return refused("elsewhere");
  const entry = roster.get(id);
  if (!entry) return refused("unknown");
  const job = await jobs.job(jobKeyOf(entry.run), signal);
  if (!job || !ownsJob(entry.run, job)) return refused("unknown");
  const tickets = await ticketsOf(entry, job, jobs, signal);
  if (!isTicket(ticket, tickets?.[which])) return refused("unknown");
  return isOver(job) ? refused("used") : { is: "admitted", entry, job };
}

async function ticketsOf(entry: Entry, job: JobObject, jobs: Jobs, signal: AbortSignal): Promise<Tickets | undefined> {
  const { uid, namespace = "", annotations } = job.metadata;
  if (entry.tickets?.job === uid) return entry.tickets;
  const name = annotations?.[annotation.tickets];
  const { source = "", result = "" } = (name && (await jobs.secret({ namespace, name }, signal))) || {};
  if (source === "" || result === "") return undefined;
  entry.tickets = { source, result, job: uid };
  return entry.tickets;
}
