import { CommandError, type Context, exitCodes, type Option } from "../command.ts";
import { defaultPorts, type Ports } from "./stack.ts";

/** What `demo` and `up` have in common. */
export const playOptions: readonly Option[] = [
  { usage: "--forge-port PORT", doc: `Port of the forge; ${defaultPorts.forge} by default, 0 for any.` },
  { usage: "--cluster-port PORT", doc: `Port of the control plane; ${defaultPorts.cluster} by default, 0 for any.` },
  {
    usage: "--gateway-port PORT",
    doc: `Port of the webhooks' gateway; ${defaultPorts.gateway} by default, 0 for any.`,
  },
  { usage: "--no-webhooks", doc: "Switch webhooks off, to see that the sweep alone reaches the same end." },
  { usage: "--verbose", doc: "Show the controller's log, too." },
];

/** Throws where one of them is no port. */
export function portsOf({ options }: Pick<Context, "options">): Ports {
  const port = (name: keyof Ports): number => {
    const given = options[`${name}-port`];
    if (given === undefined) return defaultPorts[name];
    const number = Number(given);
    if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
    throw new CommandError(`--${name}-port: ${JSON.stringify(given)} is no port`, {
      code: exitCodes.usage,
      next: "give a number from 0 to 65535",
    });
  };
  return { forge: port("forge"), cluster: port("cluster"), gateway: port("gateway") };
}
