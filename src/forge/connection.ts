/** Why no answer came, by the code of the failure alone: messages may hold addresses. */
export function connectionFailure(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "no answer came in time";
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^[A-Z0-9_]{3,60}$/.test(code) ? `the connection failed (${code})` : "the connection failed";
}
