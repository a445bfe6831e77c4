import type { Hands } from "../../../src/reconcilers/change/hands.ts";
import type { Remote } from "../../../src/reconcilers/git-port.ts";
import { Scalars } from "../../../src/reconcilers/yaml/scalars.ts";
import { ChangeProposal } from "../../../src/schema/change-proposal.ts";
import { MemoryGit } from "../../support/memory-git.ts";
import { MemoryHost, type MemoryRepository } from "../../support/memory-host.ts";
import { Person } from "../../support/memory-person.ts";

const remote: Remote = {
  id: "forge/acme/app",
  url: "https://forge.example/acme/app",
  credential: async () => undefined,
};

/** A repository `acme/app` in memory, a person who works on it, and what producing a change needs. */
export function bench(files: Readonly<Record<string, string>>) {
  const host = new MemoryHost({ now: () => new Date("2026-01-01T00:00:00Z") });
  const repository: MemoryRepository = host.create("acme/app", files);
  const person = new Person(host);
  const hands: Hands = {
    host: undefined as never,
    at: { owner: "acme", name: "app" },
    remote,
    git: new MemoryGit(host),
    scalars: new Scalars(),
    runner: undefined,
    now: new Date("2026-01-02T00:00:00Z"),
    signal: new AbortController().signal,
  };
  return {
    host,
    repository,
    hands,
    head: (branch = "main") => ({ branch, sha: repository.heads.get(branch)! }),
    /** A commit of a person on a branch. */
    push: (branch: string, changes: Readonly<Record<string, string | undefined>>, message?: string) =>
      person.push("acme/app", branch, changes, message),
    /** Lets a branch begin where another one is. */
    branch: (name: string, from = "main") => repository.heads.set(name, repository.heads.get(from)!),
  };
}

/** A proposal of this change to `acme/app`. */
export const proposing = (change: object, status: object = {}): ChangeProposal =>
  ChangeProposal.object.parse({
    apiVersion: "millrace.dev/v1alpha1",
    kind: "ChangeProposal",
    metadata: { name: "it", namespace: "fleet", uid: "u1" },
    spec: { repositoryRef: { name: "app" }, title: "A change", body: "It is needed.", change },
    status,
  });
