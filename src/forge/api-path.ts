/**
 * The part of an address after the first of these roots that it lies below, without and with its query. An own host has its
 * GraphQL beside its root, and everywhere it is `/graphql`.
 */
export function pathBelow(url: string, roots: readonly string[]): { readonly pathname: string; readonly path: string } {
  const { origin, pathname, search } = new URL(url);
  const below = (root: string): string | undefined => {
    const { origin: home, pathname: base } = new URL(root);
    const stem = base.replace(/\/$/, "");
    return origin === home && pathname.startsWith(`${stem}/`) ? pathname.slice(stem.length) : undefined;
  };
  const found = pathname.endsWith("/graphql") ? "/graphql" : (roots.map(below).find(Boolean) ?? pathname);
  return { pathname: found, path: `${found}${search}` };
}
