import { Environment } from "@marcbachmann/cel-js";
import { registerFormats } from "./formats.ts";
import { registerLists } from "./lists.ts";
import { registerAddresses, registerNetworks, registerUrls } from "./network.ts";
import { registerTexts } from "./texts.ts";
import { registerQuantities, registerVersions } from "./values.ts";

const registrations = [
  registerTexts,
  registerLists,
  registerQuantities,
  registerVersions,
  registerAddresses,
  registerNetworks,
  registerUrls,
  registerFormats,
] as const;

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
