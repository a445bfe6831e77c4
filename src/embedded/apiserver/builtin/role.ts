import type { Behaviour } from "../resource/resource.ts";

/** Names of roles and bindings may hold anything that a path can, such as `system:discovery`. */
export const roleBehaviour: Behaviour = {
  nameErrors(name) {
    if (name === "." || name === "..") return [`may not be '${name}'`];
    return ["/", "%"].filter((each) => name.includes(each)).map((each) => `may not contain '${each}'`);
  },
};
