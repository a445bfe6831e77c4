import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exitOf } from "../git/command.ts";
import { forward, type Opening } from "./forward.ts";
import { answerRefs, questionIn } from "./ls-refs.ts";
import { linesUntilFlush, packetAt } from "./packet-line.ts";
import { gitHeaders, plainBody, type Visit } from "./serve.ts";

const questionLimitBytes = 1024 * 1024;
const lsRefs = "command=ls-refs";

/** Reads until the first line is there, and all of it where that line asks for refs. */
async function readOpening(body: Readable): Promise<Opening> {
  const rest = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const first = packetAt(bytes, 0);
    const isShort = first.is === "line" && first.payload.toString("latin1").trim() === lsRefs;
    if (first.is !== "partial" && !(isShort && bytes.length < questionLimitBytes)) break;
    const { value, done } = await rest.next();
    if (done) break;
    bytes = Buffer.concat([bytes, value]);
  }
  return { bytes, rest };
}

/** Answers a fetch: questions for refs from files, everything else by git, streamed both ways. */
export async function uploadPack(visit: Visit): Promise<void> {
  const { forge, repository, request, response, environment } = visit;
  const bare = forge.git.at(repository.directory);
  const opening = await readOpening(plainBody(request));
  const question = environment["GIT_PROTOCOL"] === "version=2" ? questionIn(linesUntilFlush(opening.bytes)) : undefined;
  if (question) {
    const answer = await answerRefs(bare, repository.defaultBranch, question);
    response.writeHead(200, gitHeaders("application/x-git-upload-pack-result")).end(answer);
    return;
  }
  await forge.git.transfers.pass(() => sendPack(visit, opening));
}

async function sendPack({ forge, repository, response, environment }: Visit, opening: Opening): Promise<void> {
  if (response.destroyed) return; // the client did not wait for its turn
  const bare = forge.git.at(repository.directory);
  const child = bare.start(["upload-pack", "--stateless-rpc", bare.path], environment);
  child.stderr.resume();
  const ended = exitOf(child);
  response.writeHead(200, gitHeaders("application/x-git-upload-pack-result"));
  response.once("close", () => child.kill("SIGKILL"));
  const sent = forward(opening, child.stdin).catch(() => child.kill("SIGKILL"));
  await pipeline(child.stdout, response);
  await Promise.all([sent, ended]);
}
