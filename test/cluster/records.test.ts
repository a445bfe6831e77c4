import { testRecords } from "../contract/records.contract.ts";
import { missingAssets, startControlPlane } from "../support/control-plane.ts";

testRecords("a real API server", () => startControlPlane({ controllers: false }), missingAssets());
