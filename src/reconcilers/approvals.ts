import type { Approvals } from "../schema/approval.ts";

/** Most accounts that a rule names. */
const most = 64;

/** The same, but for the yes of one account; as it is where there is none to leave out. */
export function without<T extends Approvals>(approvals: T, account: string | undefined): T {
  if (account === undefined || isAmong(approvals.except, account)) return approvals;
  // One more than can be named is rather the first than none.
  return { ...approvals, except: [account, ...(approvals.except ?? [])].slice(0, most) };
}

/**
 * One rule that is kept where both are. Where no account may say yes by both, nobody may: that is said where it is waited for, and is
 * not guessed at here.
 */
export function bothOf(one: Approvals, other: Approvals | undefined): Approvals {
  if (!other) return one;
  const shared = one.by && other.by ? one.by.filter((each) => isAmong(other.by, each)) : (one.by ?? other.by);
  // A rule that names nobody could not be written down; one that leaves out all whom it names can.
  const nobody = shared?.length === 0 ? one.by! : [];
  const by = nobody.length > 0 ? nobody : shared;
  const except = [...new Set([...nobody, ...(one.except ?? []), ...(other.except ?? [])])].slice(0, most);
  return {
    count: Math.max(one.count, other.count),
    ...(by && { by }),
    ...(except.length > 0 && { except }),
  };
}

/** Forges take upper and lower case for the same. */
export const isAmong = (accounts: readonly string[] | undefined, account: string): boolean =>
  accounts?.some((each) => each.toLowerCase() === account.toLowerCase()) ?? false;
