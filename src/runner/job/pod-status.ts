import type { ContainerStatus, ObjectCondition, PodObject } from "../../reconcilers/job-port.ts";

/** All containers of a pod, in the order in which they run. */
export const statusesOf = ({ status }: PodObject): readonly ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

/** Undefined until the kubelet has heard of it. */
export const statusOf = (pod: PodObject, name: string): ContainerStatus | undefined =>
  statusesOf(pod).find((each) => each.name === name);

/** When a container began; undefined where it has not. */
export function startedAtOf(container: ContainerStatus | undefined): Date | undefined {
  const { running, terminated } = container?.state ?? {};
  const at = running?.startedAt ?? terminated?.startedAt;
  return at === undefined || at === null ? undefined : new Date(at);
}

export const conditionOf = ({ status }: PodObject, type: string): ObjectCondition | undefined =>
  status?.conditions?.find((each) => each.type === type);
