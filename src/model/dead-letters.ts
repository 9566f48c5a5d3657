import type { DeadLetter } from './inspection.ts';
import type { AnyShapes, LoopShapes } from './shapes.ts';

/** Which dead letters to list. Every field is optional. */
export interface DeadLetterRange {
  /** How many, counted from the newest; at most 10,000. @default 50 */
  readonly limit?: number | undefined;
  /** Only those with a smaller `seq`. To page back, pass the `seq` of the first one you have. */
  readonly before?: number | undefined;
  /** Only those that became dead letters at this instant or later, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only those that became dead letters before this instant (exclusive), in epoch milliseconds. */
  readonly to?: number | undefined;
}

/** The dead letters of a loop: actions on which a strategy failed too often. */
export interface DeadLetters<Shapes extends LoopShapes = AnyShapes> {
  /**
   * Reads the newest dead letters, or those of a range; oldest first. `inspect().loop.deadLetters.count` is their number.
   *
   * @throws NudgeloopError `message.invalid` if the range is invalid
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
  list(range?: DeadLetterRange): Promise<readonly DeadLetter<Shapes>[]>;
  /**
   * Makes dead letters pending again, in steps of 500.
   *
   * @returns how many of them still existed
   * @throws NudgeloopError `message.invalid` for something that `list` did not return, or for more than 10,000; `queue.full`,
   * and then nothing of that step was changed
   */
  retry(letters: DeadLetter<Shapes> | readonly DeadLetter<Shapes>[]): Promise<number>;
  /**
   * Removes dead letters for good, in steps of 500.
   *
   * @returns how many of them still existed
   * @throws NudgeloopError `message.invalid` for something that `list` did not return, or for more than 10,000
   */
  discard(letters: DeadLetter<Shapes> | readonly DeadLetter<Shapes>[]): Promise<number>;
}
