import { loadKubeConfig } from "../../src/controller/kubeconfig.ts";
import { testRuntime } from "../contract/runtime.contract.ts";
import { missingAssets, startControlPlane } from "../support/control-plane.ts";

testRuntime(
  "the runtime and a real kube-apiserver understand each other",
  async () => {
    const plane = await startControlPlane({ controllers: false });
    const { access } = await loadKubeConfig({ from: "file", path: plane.kubeconfig });
    const restart = async (): Promise<void> => {
      await plane.kill("apiserver");
      await plane.start("apiserver");
    };
    return { access, restart, close: () => plane.close() };
  },
  { skip: missingAssets() },
);
