/** Where a GitHub host is: its API, its pages, clones and archives, and its API for files. None ends with a slash. */
export interface HostAddress {
  readonly api: string;
  readonly web: string;
  readonly uploads: string;
}

/** Finds a host's pages from its API: `https://github.com`, or the same origin on GitHub Enterprise Server. */
export function hostAddress(url: string): HostAddress {
  const api = url.replace(/\/+$/, "");
  const { origin, hostname } = new URL(api);
  if (hostname === "api.github.com") return { api, web: "https://github.com", uploads: "https://uploads.github.com" };
  // GitHub Enterprise Cloud with data residency: api.OCTOCORP.ghe.com.
  if (hostname.startsWith("api.") && hostname.endsWith(".ghe.com"))
    return { api, web: origin.replace("//api.", "//"), uploads: origin.replace("//api.", "//uploads.") };
  const web = `${origin}${new URL(api).pathname.replace(/\/api\/v3$/, "").replace(/^\/$/, "")}`;
  return { api, web, uploads: `${web}/api/uploads` };
}
