/** Who makes a request. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
}

export const everybody = "system:authenticated";
const masters = "system:masters";

/** The one whom nothing is forbidden. */
export const admin: User = { name: "admin", uid: "admin", groups: [masters, everybody] };

export const isMaster = ({ groups }: User): boolean => groups.includes(masters);

/** The user that a pod with this service account is. */
export function serviceAccount(namespace: string, name: string, uid: string): User {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, everybody];
  return { name: `system:serviceaccount:${namespace}:${name}`, uid, groups };
}
