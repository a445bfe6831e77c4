import { startApiServer } from "../../src/embedded/apiserver/server.ts";
import { testRuntime } from "./runtime.contract.ts";

testRuntime("the runtime and the embedded API server understand each other", async () => {
  const server = await startApiServer({ clock: { now: () => new Date() } });
  const credentials = { headers: { authorization: `Bearer ${server.token}` }, tls: { ca: server.ca } };
  return { access: { server: server.url, credentials: async () => credentials }, close: () => server.close() };
});
