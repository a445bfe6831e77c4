import type { Condition } from "../../schema/object.ts";

interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** What a person types, or where they go, for a reason. `page` is the pull request's, where there is one. */
type Remedy = (object: Named, page: string | undefined) => string;

const proposal =
  (words: string): Remedy =>
  ({ name, namespace }) =>
    `millrace proposal ${words.replace("NAME", name)} --namespace ${namespace}`;
const either =
  (...remedies: readonly Remedy[]): Remedy =>
  (object, page) =>
    remedies.map((each) => each(object, page)).join(", or ");
const onPage: Remedy = (object, page) => page ?? proposal("show NAME")(object, page);
const retry = proposal("retry NAME");

/** For ChangeProposals. Where it is the declaration that is wrong, the message says what to write. */
const proposals: Readonly<Record<string, Remedy>> = {
  HumanOwned: either(proposal("adopt NAME"), proposal("release NAME")),
  AdoptedDiffers: either(proposal("adopt NAME"), proposal("release NAME")),
  Declined: retry,
  Held: proposal("hold NAME off"),
  Conflicting: proposal("rebase NAME"),
  AwaitingMerge: onPage,
  AwaitingApproval: onPage,
  ChecksFailed: onPage,
  ChecksNotStarting: onPage,
  MergeRefused: onPage,
  Retargeted: onPage,
  QueueRequired: onPage,
  ...Object.fromEntries(
    [
      ...["CommandFailed", "OutOfMemory", "TimedOut", "OutputTooLarge", "RunLost", "RunUnschedulable"],
      ...["ImageUnavailable", "IsolationUnavailable", "ResultInvalid", "NonDeterministic", "PatchRefused", "Loop"],
    ].map((reason) => [reason, retry]),
  ),
};

const state =
  (wanted: string): Remedy =>
  ({ name, namespace }) =>
    `kubectl patch releaseplan/${name} --namespace ${namespace} --type merge --patch '{"spec":{"state":"${wanted}"}}'`;

/** For ReleasePlans. */
const plans: Readonly<Record<string, Remedy>> = {
  Failed: ({ name, namespace }) => `millrace retry plan/${name} --failed --namespace ${namespace}`,
  Paused: state("Running"),
};

const remedies: Readonly<Record<string, Readonly<Record<string, Remedy>>>> = {
  ChangeProposal: proposals,
  ReleasePlan: plans,
};

/** The command or the page that gets an object on; undefined where nobody has to do anything. */
export function remedyFor(kind: string, object: Named, ready: Condition, page?: string): string | undefined {
  const { name, namespace } = object;
  if (ready.status === "True") return undefined;
  const at = `${kind.toLowerCase()}/${name} --namespace ${namespace}`;
  if (ready.reason === "Suspended") return `kubectl patch ${at} --type merge --patch '{"spec":{"suspend":false}}'`;
  return remedies[kind]?.[ready.reason]?.(object, page);
}

/** Where nothing better is known: the declaration is what has to change. */
export const editOf = (kind: string, { name, namespace }: Named): string =>
  `kubectl edit ${kind.toLowerCase()}/${name} --namespace ${namespace}`;
