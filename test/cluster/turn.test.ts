import { testTurns } from "../contract/turn.contract.ts";
import { missingAssets, startControlPlane } from "../support/control-plane.ts";

testTurns("a real API server", () => startControlPlane({ controllers: false }), missingAssets());
