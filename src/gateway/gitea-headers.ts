/** What a delivery says of itself, beside its bytes. */
export interface Announced {
  readonly event: string | undefined;
  readonly id: string | undefined;
  /** As GitHub writes it: `sha256=` and hex. */
  readonly signature: string | undefined;
}

/**
 * Reads the headers of a delivery. GitHub, Gitea and Forgejo all send GitHub's; some older ones, and what stands before
 * them, leave only their own, which name the same events and sign by the same means, without the prefix.
 */
export function announced(header: (name: string) => string | undefined): Announced {
  const named = (what: string): string | undefined =>
    header(`x-github-${what}`) ?? header(`x-gitea-${what}`) ?? header(`x-forgejo-${what}`);
  const bare = header("x-gitea-signature") ?? header("x-forgejo-signature");
  const signature = header("x-hub-signature-256") ?? (bare === undefined ? undefined : `sha256=${bare}`);
  return { event: named("event"), id: named("delivery"), signature };
}
