import { processFixture } from "../runner/process-fixture.ts";
import { testRunnerLimits } from "./runner.contract.ts";

testRunnerLimits("the process runner", processFixture);
