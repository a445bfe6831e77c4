/** A person's or a robot's view of the forge: its REST API with their token. */
export interface ForgeApi {
  /** Undefined for 404; throws for everything else that is not 2xx, with the forge's own message. */
  get<T>(path: string): Promise<T | undefined>;
  send<T>(method: "POST" | "PUT" | "PATCH", path: string, body: object): Promise<T>;
}

export function forgeApi(api: string, token: string): ForgeApi {
  const call = async (method: string, path: string, body?: object): Promise<Response> => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "content-type": "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (answer.ok || answer.status === 404) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    async get<T>(path: string) {
      const answer = await call("GET", path);
      return answer.status === 404 ? undefined : ((await answer.json()) as T);
    },
    async send<T>(method: string, path: string, body: object) {
      const answer = await call(method, path, body);
      if (answer.status === 404) throw new Error(`${method} ${path}: 404`);
      return (await answer.json()) as T;
    },
  };
}
