import type { BareRepository } from "../git/bare.ts";
import type { Ref } from "../git/refs.ts";
import { zeroSha } from "../ref/change.ts";
import { packet } from "./packet-line.ts";
import { gitHeaders, type Service, type Visit } from "./serve.ts";

/** What git itself answers, run on the repository at hand. */
async function fromGit({ forge, repository, environment }: Visit, service: Service): Promise<Buffer> {
  const bare = forge.git.at(repository.directory);
  const args = [service.slice("git-".length), "--stateless-rpc", "--advertise-refs", bare.path];
  return (await bare.run(args, { environment })).stdout;
}

/** Version 2 tells what git can do and nothing of the repository: one answer does for all. */
const versionTwo = (visit: Visit): Promise<string> =>
  visit.forge.git.capabilities("upload-pack version 2", async () =>
    (await fromGit(visit, "git-upload-pack")).toString("latin1"),
  );

function refsForPush(bare: BareRepository, capabilities: string): string {
  const refs: readonly Ref[] = [...bare.refs.list("refs/heads/"), ...bare.refs.list("refs/tags/")];
  const shown = refs.length > 0 ? refs : [{ name: "capabilities^{}", sha: zeroSha }];
  const lines = shown.map(({ name, sha }, index) => `${sha} ${name}${index === 0 ? `\0${capabilities}` : ""}\n`);
  return `${lines.map(packet).join("")}0000`;
}

/** The refs that may be pushed to, and git's capabilities, asked once and kept; a push so starts git once less. */
async function forPush(visit: Visit): Promise<string> {
  const { forge, repository } = visit;
  const capabilities = await forge.git.capabilities("receive-pack", async () => {
    const answer = (await fromGit(visit, "git-receive-pack")).toString("latin1");
    return /\0(?<words>[^\n]*)/.exec(answer)?.groups?.["words"] ?? "";
  });
  return refsForPush(forge.git.at(repository.directory), capabilities);
}

/** Answers `info/refs`: the first request of every fetch and push. */
export async function advertise(visit: Visit, service: Service): Promise<void> {
  const { request, response, environment } = visit;
  request.resume();
  const isTwo = service === "git-upload-pack" && environment["GIT_PROTOCOL"] === "version=2";
  const body =
    service === "git-receive-pack"
      ? await forPush(visit)
      : isTwo
        ? await versionTwo(visit)
        : await fromGit(visit, service);
  const preface = isTwo ? "" : `${packet(`# service=${service}\n`)}0000`;
  response.writeHead(200, gitHeaders(`application/x-${service}-advertisement`));
  response.end(Buffer.concat([Buffer.from(preface), Buffer.from(body as string)]));
}
