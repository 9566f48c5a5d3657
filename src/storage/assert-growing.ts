import { NudgeloopError } from '../errors.ts';
import type { JournalEntry } from './persistence.ts';

/**
 * Checks that the places of entries grow, before any of them is stored: a list in which they do not could not be read back.
 *
 * @param entries to be appended to a journal
 * @param end the highest place that the journal is known to have held
 * @throws NudgeloopError `storage.failed`
 */
export function assertGrowing(entries: readonly JournalEntry[], end: number): void {
  let last = end;
  for (const { seq } of entries) {
    if (seq <= last) throw new NudgeloopError('storage.failed', `Entry ${seq} is not above the journal's end ${last}.`);
    last = seq;
  }
}
