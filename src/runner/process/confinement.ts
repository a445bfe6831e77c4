import type { RunChange } from "../../schema/change.ts";
import type { Owner } from "../unpack.ts";

/**
 * How far commands are kept apart on this machine.
 * - `Root`: we are root, and make namespaces; the command becomes another user
 * - `UserNamespace`: we are not, and make them as any user may
 * - `Nothing`: this cannot be had; a command that asks for no network is refused
 */
export type Confinement =
  | { readonly by: "Root" }
  | { readonly by: "UserNamespace" }
  | {
      readonly by: "Nothing";
      /** What is missing. */
      readonly why: string;
      /** Whether it can at least become another user. */
      readonly otherUser: boolean;
    };

/** The users that commands become where we are root: one for each place, that nothing else on a machine has. */
const firstUser = 64_100;

/** Undefined where the command stays the user that we are, or what the kernel takes for it. */
export function ownerAt(place: number, confinement: Confinement): Owner | undefined {
  const other = confinement.by === "Root" || (confinement.by === "Nothing" && confinement.otherUser);
  return other ? { uid: firstUser + place, gid: firstUser + place } : undefined;
}

/** In a few words, for people. */
export function describe(confinement: Confinement, network: RunChange["network"], watched: boolean): string {
  const reach = network === "None" ? "no network" : "open network";
  const memory = watched ? [] : ["memory not watched"];
  if (confinement.by !== "Nothing") {
    const user = confinement.by === "Root" ? "own user" : "user namespace";
    return ["process", user, "own view of files and processes", reach, ...memory].join(", ");
  }
  const user = confinement.otherUser ? "own user" : "same user as the controller";
  return ["process", user, "sees the machine's files and processes", reach, ...memory].join(", ");
}

/** Why a command that asks for no network does not run, and what a person can do. */
export const refusal = (why: string): string =>
  `commands cannot be kept off the network on this machine: ${why}. Let user namespaces be made here, give \`network: Open\`, or have commands run as Jobs`;
