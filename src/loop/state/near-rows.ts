import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import { JOURNALS, type Journal, type JournalEntry } from '../../storage/persistence.ts';

/** A document that is kept near, with the `at` under which it would be stored. */
export interface NearDocument {
  readonly value: JsonValue;
  readonly at: number;
}

/**
 * Rows of a loop that are kept in its state row, which is written with each change anyway: one more row in a
 * transaction costs about a third of a whole durable write. If they become too many, many of them move to rows of their
 * own at once.
 */
export interface NearRows {
  /** Approximate characters of what was put into the journals. */
  readonly size: number;
  /** The newest entries of each journal: all others lie below them. */
  readonly journals: Readonly<Partial<Record<Journal, readonly JournalEntry[]>>>;
  /** In the order in which they were written. */
  readonly documents: readonly (readonly [string, NearDocument])[];
}

/**
 * The most near entries of all journals, and their characters: a state row must stay small enough to read and rewrite.
 */
export const NEAR_ENTRIES = 32;
export const NEAR_SIZE = 4_096;

/** The most documents to keep near. */
export const NEAR_DOCUMENTS = 8;

export function noNearRows(): NearRows {
  return { size: 0, journals: {}, documents: [] };
}

/** Whether a stored value has the form of near rows: any script of the origin can write to the database. */
export function isNearRows(value: unknown): value is NearRows {
  if (!isPlainRecord(value)) return false;
  const { size, journals, documents } = value;
  if (!Number.isFinite(size) || !isPlainRecord(journals) || !Array.isArray(documents)) return false;
  const isDocument = (item: unknown): boolean => Array.isArray(item) && typeof item[0] === 'string' && isPlainRecord(item[1]) && Number.isFinite(item[1]['at']);
  return documents.length <= NEAR_DOCUMENTS && documents.every(isDocument) && JOURNALS.every((journal) => isJournal(journals[journal]));
}

function isJournal(entries: unknown): boolean {
  if (entries === undefined) return true;
  if (!Array.isArray(entries) || entries.length > NEAR_ENTRIES) return false;
  let above = -1;
  return entries.every((entry: unknown) => {
    if (!isPlainRecord(entry)) return false;
    const { seq, at } = entry;
    const isNext = Number.isSafeInteger(seq) && (seq as number) > above && Number.isFinite(at);
    above = seq as number;
    return isNext;
  });
}
