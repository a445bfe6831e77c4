import { ForgeError, type ForgeErrorCode } from "../reconcilers/errors.ts";

/** What git or a server said, and what it means. The first that fits counts. */
const meanings: readonly (readonly [RegExp, ForgeErrorCode])[] = [
  [/could not read (Username|Password)|Authentication failed|Invalid username or (password|token)/i, "denied"],
  [/returned error: 40[13]\b|HTTP Basic: Access denied|Permission to .* denied|archived so it is read-only/i, "denied"],
  [/repository '.*' not found|Repository not found|returned error: 404\b|does not appear to be a git repo/i, "absent"],
  [/returned error: 429\b|too many requests|rate limit/i, "limited"],
  [/mismatched (object format|algorithms)|object format.*sha256/i, "rejected"],
  [
    /fsck error|transport '.*' not allowed|unadvertised object|not our ref|(pre-receive|update) hook declined/i,
    "rejected",
  ],
  [/\[remote rejected\]|src refspec .* does not match/i, "rejected"],
];

/** Signs that the mirror itself is broken, and not the host or what we asked for. */
const broken =
  /not a git repository|loose object \S+ .*is corrupt|object file \S+ is empty|(inflate|packfile|pack) \S*.*(corrupt|truncated|does not match|mismatch|cannot be accessed)|bad config|bad object|invalid sha1 pointer|Could not read [0-9a-f]{40}|missing (blob |tree |commit )?object|index file \S+ (is too small|has|is)|unable to read tree|does not point to a valid object|unable to find [0-9a-f]{40}|invalid index-pack output|bad (packed-)?ref|garbage (in|at)|unexpected line in/i;

/** A command of git that failed. `doing` completes "could not …". */
export interface Failure {
  readonly doing: string;
  readonly stderr: string;
  readonly code: number | undefined;
  /** Never shown. */
  readonly secrets: readonly string[];
}

/** The mirror is broken. Whoever holds it puts it aside and starts again. */
export class MirrorError extends Error {
  override readonly name = "MirrorError";
}

/** Whether a command failed since a process that died had left its lock behind. */
export const isLocked = (stderr: string): boolean => /Unable to create '.*\.lock': File exists/.test(stderr);

/** Git's failure in our words. */
export function toForgeError({ doing, stderr, code, secrets }: Failure): ForgeError | MirrorError {
  const said = redact(excerpt(stderr), secrets);
  const message = `could not ${doing}: ${said || `git ended with ${code ?? "a signal"}`}`;
  const meaning = meanings.find(([sign]) => sign.test(stderr))?.[1];
  if (!meaning && broken.test(stderr)) return new MirrorError(message);
  if (meaning === "limited") return new ForgeError("limited", message, { retryAfterMs: 60_000 });
  return new ForgeError(meaning ?? "unavailable", message);
}

/** Text without credentials: those given, what looks like one, and whatever stands before the host in a URL. */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length > 0)
    .reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  return known
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]*@/gi, "$1")
    .replaceAll(/\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]+/g, "***")
    .replaceAll(/(authorization|private-token):\s*(basic |bearer |token )?\S+/gi, "$1: ***");
}

/** The lines that say why, without progress and advice, in one line of at most 300 characters. */
function excerpt(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\p{Cc}/gu, " ").trim())
    .filter((line) => line !== "" && !/^(hint|warning|To|Resolving|Receiving|Counting|Done)\b/i.test(line))
    .map((line) => line.replace(/^(fatal|error): /, ""));
  const text = lines.slice(0, 4).join("; ");
  return text.length > 300 ? `${text.slice(0, 297)}...` : text;
}
