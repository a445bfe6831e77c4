import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApiServer } from "../../src/embedded/apiserver/server.ts";
import { testTurns } from "./turn.contract.ts";

testTurns("the embedded API server", async () => {
  const server = await startApiServer({ clock: { now: () => new Date() } });
  const folder = mkdtempSync(join(tmpdir(), "millrace-turn-"));
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
