import { somebody } from "../access.ts";
import { exitOf } from "../git/command.ts";
import { announce, forget } from "../ref/announce.ts";
import { tellChanges } from "../ref/tell.ts";
import { forward } from "./forward.ts";
import { acceptedRefs, readPushHead } from "./push-request.ts";
import { gitHeaders, plainBody, type Visit } from "./serve.ts";
import { guardOf } from "./update-hook.ts";

/**
 * Takes a push: git stores it, held to the rules of protected branches, and the forge tells pull requests and listeners
 * of every ref that git says has moved. The answer ends only after that, so who pushed sees its effects.
 */
export async function receivePack(visit: Visit): Promise<void> {
  const { forge, repository, request, response } = visit;
  const caller = somebody(visit.caller);
  const bare = forge.git.at(repository.directory);
  const head = await readPushHead(plainBody(request));
  const guard = guardOf(forge, forge.hooksPath, { repository, caller, changes: head.changes });
  announce(forge, repository.id, caller.user, head.changes);
  const args = [...guard.args, "-c", "receive.hideRefs=refs/pull", "receive-pack", "--stateless-rpc", bare.path];
  const child = bare.start(args, guard.environment);
  child.stderr.resume();
  const ended = exitOf(child);
  const output: Buffer[] = [];
  response.writeHead(200, gitHeaders("application/x-git-receive-pack-result"));
  child.stdout.on("data", (chunk: Buffer) => {
    output.push(chunk);
    response.write(chunk);
  });
  // A client that goes away in the middle of its pack takes the push with it; one that has sent it all does not.
  await forward(head, child.stdin).catch(() => child.kill("SIGKILL"));
  await ended;
  const accepted = acceptedRefs(Buffer.concat(output));
  const changes = head.changes.filter(({ ref }) => accepted.has(ref));
  if (changes.length > 0) await tellChanges(forge, repository.id, caller.user, changes);
  forge.store.transact((transaction) => forget(transaction, repository.id, head.changes));
  response.end();
}
