import { systemClock } from "../support/github.ts";
import { MemoryForge } from "../support/memory-forge.ts";
import { MemoryHost } from "../support/memory-host.ts";
import { Person } from "../support/memory-person.ts";
import type { ForgeFixture } from "./forge-fixture.ts";

/** The forge that lives in memory. */
export async function inMemory(): Promise<ForgeFixture> {
  const host = new MemoryHost(systemClock);
  const person = new Person(host);
  let members = 0;
  return {
    forge: new MemoryForge(host),
    person: "pat",
    create: async (id) => {
      const { roles, unknown, heads } = host.create(id, { "a.txt": "one\n" });
      roles.set("pat", "Admin").set("nobody-at-all", "None");
      for (const what of ["label", "reviewer", "assignee"]) unknown.add(`no-such-${what}`);
      return heads.get("main")!;
    },
    commit: async (id, branch, files) => person.push(id, branch, files),
    open: async (id, branch) => {
      const [owner = "", name = ""] = id.split("/");
      const { signal } = new AbortController();
      const at = { owner, name };
      const text = { title: "By hand", body: "" };
      return (await new MemoryForge(host).pulls.open(at, { branch, base: "main" }, text, signal)).number;
    },
    close: async (id, number) => person.close(id, number),
    pulls: async (id) => host.get(id).pulls.length,
    comments: async (id, number) => host.get(id).pulls[number - 1]!.comments,
    say: async (id, number, body) => person.comment(id, number, body),
    status: async (id, sha, name, state) => {
      person.addCheck(id, sha, name, state);
      const { required, checks } = host.get(id);
      if ((required.get("main") ?? []).every((each) => checks.get(sha)?.get(each) === "Passed")) person.runQueue(id);
    },
    require: async (id, base, names) => person.require(id, base, ...names),
    rename: async (id, to) => host.rename(id, to),
    archive: async (id) => {
      host.get(id).archived = true;
    },
    member: async (id, role) => {
      const login = `${role.toLowerCase()}-${members++}`;
      host.get(id).roles.set(login, role);
      return login;
    },
    label: async () => undefined,
    decoration: async (id, number) => {
      const { labels, reviewers, assignees } = host.get(id).pulls[number - 1]!;
      return { labels: [...labels].sort(), reviewers: [...reviewers].sort(), assignees: [...assignees].sort() };
    },
    tag: async (id, tag, sha) => person.tag(id, tag, sha),
    tags: async (id) => [...host.get(id).tags.keys()].sort(),
    release: async (id, { tag, ...release }) => void person.release(id, tag, release),
    releases: async (id) =>
      host
        .get(id)
        .releases.map(({ tag, title }) => [tag, title] as const)
        .sort(),
    download: async (id, tag, asset) =>
      host
        .get(id)
        .releases.find((each) => each.tag === tag)!
        .assets.get(asset)!,
    review: async (id, number, by, says) => {
      if (says !== "Remark") person.review(id, number, says, by);
    },
    dismiss: async (id, number, by) => person.review(id, number, "Dismissed", by),
    allow: async (id, methods) => {
      host.get(id).mergeMethods = methods;
    },
    stop: async () => undefined,
  };
}
