import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { type ApiServer, startApiServer } from "../../src/embedded/apiserver/server.ts";
import { crdOf } from "../../src/schema/crd.ts";
import { kinds } from "../../src/schema/index.ts";
import { testBadInput } from "../support/bad-input.ts";
import { clientFor } from "../support/cluster-client.ts";
import { systemClock } from "../support/system-clock.ts";

describe("bad input on the embedded API server", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bad-input-"));
  let server: ApiServer;
  let client: Awaited<ReturnType<typeof clientFor>>;
  before(async () => {
    server = await startApiServer({ clock: systemClock, preload: kinds.map(crdOf) });
    writeFileSync(join(folder, "kubeconfig"), server.kubeconfig);
    client = await clientFor(join(folder, "kubeconfig"));
  });
  after(async () => {
    await client?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  testBadInput("embedded", () => client);
});
