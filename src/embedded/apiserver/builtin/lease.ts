import type { Behaviour } from "../resource/resource.ts";
import { invalid } from "../schema/field-error.ts";
import { at } from "./cells.ts";

/** Leases last some time, and change hands so many times. */
export const leaseBehaviour: Behaviour = {
  validate(lease) {
    const seconds = at(lease, "spec", "leaseDurationSeconds");
    const transitions = at(lease, "spec", "leaseTransitions");
    return [
      ...(typeof seconds === "number" && seconds <= 0
        ? [invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")]
        : []),
      ...(typeof transitions === "number" && transitions < 0
        ? [invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0")]
        : []),
    ];
  },
};
