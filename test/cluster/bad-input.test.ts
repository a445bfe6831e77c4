import { after, before, describe } from "node:test";
import { testBadInput } from "../support/bad-input.ts";
import { applyDefinitions, clientFor } from "../support/cluster-client.ts";
import { type ControlPlane, missingAssets, startControlPlane } from "../support/control-plane.ts";

describe("bad input on a real API server", { skip: missingAssets() }, () => {
  let plane: ControlPlane;
  let client: Awaited<ReturnType<typeof clientFor>>;
  before(async () => {
    plane = await startControlPlane({ controllers: false });
    client = await clientFor(plane.kubeconfig);
    await applyDefinitions(client);
  });
  after(async () => {
    await client?.close();
    await plane?.close();
  });
  testBadInput("kube-apiserver", () => client);
});
