import { Priority } from "../schema/change-proposal.ts";
import type { Gate } from "./request-gate.ts";

/** The gate for those whose calls are this urgent: the same line, and another place in it. */
export function gateFor(gate: Gate, priority: Priority): Gate {
  const class_ = 2 * Priority.options.indexOf(priority);
  return {
    governor: gate.governor,
    run: (request, signal, send) => gate.run({ ...request, priority: class_ + request.priority }, signal, send),
    content: () => gate.content(),
  };
}
