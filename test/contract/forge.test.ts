import { testForge } from "./forge.contract.ts";
import { inMemory } from "./forge-in-memory.ts";
import { asApp, onEmbeddedForge } from "./forge-on-embedded.ts";

testForge("the GitHub adapter, on the embedded forge,", onEmbeddedForge);
testForge("the GitHub adapter, as an App,", asApp);
testForge("the memory forge", inMemory);
