import type { DeadLetter } from './inspection.ts';

/** Which dead letters to list; all of it is optional. */
export interface DeadLetterRange {
  /** The newest so many, at most 10,000. @default 50 */
  readonly limit?: number | undefined;
  /** Only those with a smaller `seq`: pass the first one's to page back. */
  readonly before?: number | undefined;
  /** Only those that became one at this instant or later, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only those that became one before this instant, which is itself **not** included, in epoch milliseconds. */
  readonly to?: number | undefined;
}

/** Actions that failed too often. */
export interface DeadLetters {
  /**
   * Reads the newest ones, or those of a range; oldest first. `inspect().loop.deadLetters.count` says how many there are.
   *
   * @throws NudgeloopError `message.invalid` when the range is none
   *
   * @example
   * ```ts
   * import type { LoopClient } from 'nudgeloop';
   *
   * export async function showAll({ deadLetters }: LoopClient): Promise<void> {
   *   let page = await deadLetters.list();
   *   while (page.length > 0) {
   *     for (const { seq, reason } of page) console.log(seq, reason.code);
   *     page = await deadLetters.list({ before: page[0]?.seq });
   *   }
   * }
   * ```
   */
  list(range?: DeadLetterRange): Promise<readonly DeadLetter[]>;
  /**
   * Makes them pending again, 500 in one step; returns how many were there.
   *
   * @throws NudgeloopError `message.invalid` for what `list` did not give or for more than 10,000, `queue.full`; nothing of the step was changed
   */
  retry(letters: DeadLetter | readonly DeadLetter[]): Promise<number>;
  /**
   * Removes them for good, 500 in one step; returns how many were there.
   *
   * @throws NudgeloopError `message.invalid` for what `list` did not give, or for more than 10,000
   */
  discard(letters: DeadLetter | readonly DeadLetter[]): Promise<number>;
}
