import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** The two tickets of a run, as its Secret holds them: one key for each container that needs one. */
export interface Tickets {
  readonly source: string;
  readonly result: string;
}

/** 256 bits of luck each, in letters that a header takes. */
export const mint = (): Tickets => ({ source: random(), result: random() });

/** A name that no earlier Job of the same run used, since a Secret is written once and never changed. */
export const suffix = (): string => randomBytes(4).toString("hex");

const random = (): string => randomBytes(32).toString("base64url");
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Whether both are the same, in a time that tells nothing about either. An empty ticket is never right. */
export const isTicket = (given: string, kept: string | undefined): boolean => {
  const same = timingSafeEqual(digest(given), digest(kept ?? ""));
  return same && kept !== undefined && kept !== "";
};
