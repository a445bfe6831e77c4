import { testRunner } from "../contract/runner.contract.ts";
import { processFixture } from "./process-fixture.ts";

testRunner("the process runner", processFixture);
