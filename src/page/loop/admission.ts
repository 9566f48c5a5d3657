import { NudgeloopError } from '../../errors.ts';

/** Counts what waits for an answer, over all loops of a client. */
export interface Admission {
  /**
   * Admits a number of actions.
   *
   * @returns a function that releases them
   * @throws NudgeloopError `queue.full`
   */
  admit(count: number): () => void;
  /**
   * Makes a call under a number of its own, which is used once: if the call is sent again under it, it happens once.
   *
   * @param make gets the number, and the oldest number whose call still awaits its answer
   */
  numbered<T>(make: (id: { readonly seq: number; readonly oldest: number }) => Promise<T>): Promise<T>;
}

/** Makes the admission of a client. */
export function createAdmission(limit: number): Admission {
  let waiting = 0;
  let next = 0;
  /** In the order in which they were given, so the first is the oldest. */
  const awaited = new Set<number>();
  return {
    admit(count) {
      if (waiting + count > limit) {
        // More than the limit by themselves never get in, however long one waits.
        const advice = count > limit ? 'Split the list, or raise queueLimit.' : 'Wait for earlier calls.';
        const text = `${waiting} actions wait for their receipts, and ${count} more would exceed queueLimit (${limit}); they were not taken. ${advice}`;
        throw new NudgeloopError('queue.full', text, { seen: waiting, limit });
      }
      waiting += count;
      return () => void (waiting -= count);
    },
    async numbered(make) {
      const seq = next;
      next += 1;
      awaited.add(seq);
      try {
        return await make({ seq, oldest: awaited.values().next().value ?? seq });
      } finally {
        awaited.delete(seq);
      }
    },
  };
}
