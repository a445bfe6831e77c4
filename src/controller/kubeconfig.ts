import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess, Credentials } from "./access.ts";

/**
 * Where the configuration comes from.
 *
 * - `default`: what kubectl would use: $KUBECONFIG, then ~/.kube/config, then the pod's service account
 * - `file`: this file
 * - `cluster`: the pod's service account
 */
export type KubeConfigSource =
  | { readonly from: "default"; readonly context?: string | undefined }
  | { readonly from: "file"; readonly path: string; readonly context?: string | undefined }
  | { readonly from: "cluster" };

export interface LoadedKubeConfig {
  readonly access: ClusterAccess;
  /** The name of the context in use. */
  readonly context: string;
  /** The namespace of the context, "default" where it names none. */
  readonly namespace: string;
}

/**
 * Reads a kubeconfig and everything that it refers to. Tokens, plugins and certificates are read again when the
 * access is asked for credentials. Throws when there is none, or when it names no cluster.
 */
export async function loadKubeConfig(source: KubeConfigSource): Promise<LoadedKubeConfig> {
  const config = await read(source);
  const cluster = config.getCurrentCluster();
  if (!cluster?.server) throw new Error(`${nameOf(source)}: the context "${config.currentContext}" names no cluster`);
  let current = config;
  return {
    context: config.currentContext,
    namespace: config.getContextObject(config.currentContext)?.namespace ?? "default",
    access: {
      server: cluster.server,
      proxyUrl: cluster.proxyUrl,
      async credentials({ fresh }) {
        if (fresh) current = await read(source);
        return credentialsOf(current, nameOf(source));
      },
    },
  };
}

async function read(source: KubeConfigSource): Promise<KubeConfig> {
  // It takes half a second to load, which commands that talk to no cluster need not wait for.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (source.from === "file") config.loadFromFile(source.path);
    else if (source.from === "cluster") config.loadFromCluster();
    else config.loadFromDefault();
  } catch (cause) {
    throw new Error(`${nameOf(source)}: cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  // Where there is nothing to load, the library makes this up.
  if (source.from === "default" && config.getCurrentCluster()?.server === "http://localhost:8080") {
    throw new Error("no kubeconfig: set KUBECONFIG, write ~/.kube/config, or run in a pod with a service account");
  }
  const context = source.from === "cluster" ? undefined : source.context;
  if (context !== undefined) {
    if (!config.getContextObject(context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(`${nameOf(source)}: no context is called "${context}"; there are: ${known.join(", ") || "none"}`);
    }
    config.setCurrentContext(context);
  }
  return config;
}

const nameOf = (source: KubeConfigSource): string =>
  source.from === "file" ? source.path : source.from === "cluster" ? "service account" : "kubeconfig";

type Https = Parameters<KubeConfig["applyToHTTPSOptions"]>[0];

async function credentialsOf(config: KubeConfig, name: string): Promise<Credentials> {
  const options: {
    headers: Record<string, string>;
    auth?: string;
    ca?: Buffer;
    cert?: Buffer | string;
    key?: Buffer | string;
    servername?: string;
    rejectUnauthorized?: boolean;
  } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options as Https);
  } catch (cause) {
    throw new Error(`${name}: no credentials: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const { auth, ca, cert, key, servername, rejectUnauthorized } = options;
  const basic = auth && { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` };
  return { headers: { ...options.headers, ...basic }, tls: { ca, cert, key, servername, rejectUnauthorized } };
}
