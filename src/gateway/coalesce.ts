interface Lane<T> {
  readonly running: Promise<void>;
  next: { value: T; done: Promise<void> } | undefined;
}

/**
 * Shares one write among callers that arrive while another write of the same key is on its way: each caller
 * resolves only after a write that began after its call, so that its mark is durable, and a storm of a
 * thousand deliveries for one object costs two writes.
 */
export function coalesce<T>(write: (key: string, value: T) => Promise<void>): (key: string, value: T) => Promise<void> {
  const lanes = new Map<string, Lane<T>>();

  const run = (key: string, value: T): Promise<void> => {
    const lane: Lane<T> = { running: write(key, value), next: undefined };
    lanes.set(key, lane);
    const settled = () => {
      if (lanes.get(key) === lane && lane.next === undefined) lanes.delete(key);
    };
    lane.running.then(settled, settled);
    return lane.running;
  };

  return (key, value) => {
    const lane = lanes.get(key);
    if (!lane) return run(key, value);
    if (lane.next) {
      lane.next.value = value;
      return lane.next.done;
    }
    const next: { value: T; done: Promise<void> } = { value, done: Promise.resolve() };
    const after = (): Promise<void> => run(key, next.value);
    next.done = lane.running.then(after, after);
    lane.next = next;
    return next.done;
  };
}
