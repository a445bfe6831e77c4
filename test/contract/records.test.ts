import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "../../src/embedded/apiserver/server.ts";
import { testRecords } from "./records.contract.ts";

testRecords("the embedded API server", async () => {
  const server = await startApiServer({ clock: { now: () => new Date() } });
  const folder = mkdtempSync(join(tmpdir(), "millrace-records-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig, { mode: 0o600 });
  return {
    kubeconfig,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
