import { Environment } from "@marcbachmann/cel-js";
import { registerLists } from "./lists.ts";
import { registerTexts } from "./texts.ts";

const registrations = [registerTexts, registerLists] as const;

const withFunctions = (environment: Environment): Environment => {
  for (const register of registrations) register(environment);
  return environment;
};

/** Where rules are checked against declared types. Clone it; do not register in it. */
export const checking: Environment = withFunctions(
  new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }),
);

/** Where rules run, on values whose types were checked before. */
export const running: Environment = withFunctions(
  new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, unlistedVariablesAreDyn: true }),
);
