import { withDeadline, type Clock } from '../../clock.ts';
import type { NudgeloopError } from '../../errors.ts';
import type * as Words from './explain.ts';

/** How long the words may take to load, in milliseconds; without them the error still has a reason. */
const WORDS_MS = 2_000;

/**
 * Throws an error that few pages meet, with words that other pages never load.
 *
 * @param clock measures how long they may take to load
 * @param error thrown as it is if they can't be loaded
 * @param say makes the error to throw otherwise
 */
export async function withWords(
  clock: Clock,
  error: NudgeloopError,
  say: (words: typeof Words) => NudgeloopError,
): Promise<never> {
  throw await withDeadline(clock, WORDS_MS, import('./explain.ts'), () => error).then(say, () => error);
}
