import { Environment } from "@marcbachmann/cel-js";
import { registerFormats } from "./formats.ts";
import { registerLists } from "./lists.ts";
import { registerMacros } from "./macros.ts";
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
  registerMacros,
] as const;

const withFunctions = (environment: Environment): Environment => {
  for (const register of registrations) register(environment);
  return environment;
};

const options = { enableOptionalTypes: true, homogeneousAggregateLiterals: false } as const;

/** Where rules are checked against declared types. Clone it; do not register in it. */
export const checking: Environment = withFunctions(new Environment(options));

const dynamic = checking.clone().registerVariable("self", "dyn");

/** Where rules run, on values whose types were checked before. */
export const running: Environment = dynamic.clone().registerVariable("oldSelf", "dyn");

/** Where rules run that ask whether there is an `oldSelf` at all. */
export const runningOptional: Environment = dynamic.clone().registerVariable("oldSelf", "optional");
