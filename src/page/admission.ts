import { NudgeloopError } from '../errors.ts';

/** Counts what waits for an answer, over all loops of a client. */
export interface Admission {
  /**
   * Lets so many actions in.
   *
   * @returns lets them out again
   * @throws NudgeloopError `queue.full`
   */
  admit(count: number): () => void;
  /** The next number of a recorded call; each is used once. */
  nextSeq(): number;
}

/** Makes the admission of a client. */
export function createAdmission(limit: number): Admission {
  let waiting = 0;
  let seq = 0;
  return {
    admit(count) {
      if (waiting + count > limit) {
        const text = `${waiting} actions wait for their receipts, and ${count} more would exceed queueLimit (${limit}); they were not taken. Wait for earlier calls.`;
        throw new NudgeloopError('queue.full', text, { seen: waiting, limit });
      }
      waiting += count;
      return () => void (waiting -= count);
    },
    nextSeq: () => seq++,
  };
}
