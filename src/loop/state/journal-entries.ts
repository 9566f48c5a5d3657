import type { Journal, JournalEntry, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { countIn, type Tally } from './tally.ts';

/**
 * Appends a value at the end of a journal, and counts it in.
 *
 * @param bytes its approximate size
 * @returns its place
 */
export function appendOne(
  transaction: WriteTransaction,
  journal: Journal,
  tally: Tally & { next: number },
  { at, value }: Pick<JournalEntry, 'at' | 'value'>,
  bytes: number,
): number {
  const seq = tally.next;
  transaction.append(journal, [{ seq, at, value }]);
  tally.next = seq + 1;
  countIn(tally, [value], bytes);
  return seq;
}

/** The entry at a place; undefined if there is none. */
export async function entryAt(transaction: ReadTransaction, journal: Journal, seq: number): Promise<JournalEntry | undefined> {
  const [entry] = await transaction.readForward(journal, seq, 1);
  return entry?.seq === seq ? entry : undefined;
}
