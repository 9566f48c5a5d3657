import { NudgeloopError } from '../errors.ts';
import type { JournalEntry } from './persistence.ts';

/**
 * Checks before storing that the places of entries grow: otherwise the list could not be read back.
 *
 * @param entries the entries to append to a journal
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
