import type { JsonValue } from '../model/plain-data.ts';

/**
 * The append-only parts of a loop: `history` (retained actions), `pending` (accepted, not processed yet), `outbox`
 * (unacknowledged nudges) and `dead` (dead letters).
 */
export type Journal = 'history' | 'pending' | 'outbox' | 'dead';

/** All journals, in a fixed order. */
export const JOURNALS: readonly Journal[] = ['history', 'pending', 'outbox', 'dead'];

/** A record with something for each journal. */
export function ofEachJournal<T>(make: (journal: Journal) => T): Record<Journal, T> {
  return Object.fromEntries(JOURNALS.map((journal) => [journal, make(journal)])) as Record<Journal, T>;
}

/** One entry of a journal. */
export interface JournalEntry {
  /** Its place: counts up from 0 within the journal, and is never reused after a removal. */
  readonly seq: number;
  /** The instant it is about, in epoch milliseconds; need not grow with `seq`. */
  readonly at: number;
  readonly value: JsonValue;
}

/** What can be read of one loop, as of one instant. */
export interface ReadTransaction {
  /** The identity of this life of the storage. */
  epoch(): Promise<string>;
  /** Reads a small document of the loop. */
  readDocument(key: string): Promise<JsonValue | undefined>;
  /** Reads entries whose `seq` is at least `from`, oldest first, at most `limit`. */
  readForward(journal: Journal, from: number, limit: number): Promise<JournalEntry[]>;
  /** Reads the newest `limit` entries whose `seq` is below `before`, oldest first. */
  readNewest(journal: Journal, before: number, limit: number): Promise<JournalEntry[]>;
}

/**
 * A change of one loop that happens whole or not at all. The transaction sees its own changes. Requests take effect in the
 * order in which they were made, even if nobody awaits them: a document that is read and then written is read as it was
 * before.
 */
export interface WriteTransaction extends ReadTransaction {
  /**
   * Writes a small document.
   *
   * @param at lets `pruneDocuments` find old documents: an instant in epoch milliseconds, or a place in an order (up to 2^53,
   * beyond what a `Date` can hold)
   */
  writeDocument(key: string, value: JsonValue, at: number): void;
  /**
   * Removes the documents whose key starts with `prefix` and whose `at` is below `before`. Of the remaining ones with that
   * prefix, keeps the `keep` newest.
   */
  pruneDocuments(prefix: string, before: number, keep: number): Promise<void>;
  /**
   * Appends entries. Their `seq` must grow from one to the next and be above all that the journal ever held. No entry is ever
   * overwritten.
   *
   * - Refuse a list whose `seq` does not grow, or that ends at the journal's last place, with a `storage.…` code: throw it
   *   here, or reject the write. Nothing of that write is stored then.
   * - If a caller catches the refusal, the refused list is not stored, not even in part. The rest of the write is either
   *   stored whole and resolves, or not stored and rejects; both are allowed.
   * - Refusing other places that are taken is optional, since no caller uses one.
   */
  append(journal: Journal, entries: readonly JournalEntry[]): void;
  /** Reads all entries whose `at` is before `cutoff`, in order of `seq`. The cost must follow their number, not the journal's length. */
  readExpired(journal: Journal, cutoff: number): Promise<JournalEntry[]>;
  /** The smallest `at` of a journal; undefined if it is empty. Must be as cheap as one lookup. */
  oldestAt(journal: Journal): Promise<number | undefined>;
  /**
   * Removes the entries from `first` to `last`, both inclusive; there may be gaps. The caller awaits it before anything else
   * of this journal, and before its work ends.
   */
  removeRange(journal: Journal, first: number, last: number): Promise<void>;
  /** Removes every document and entry of the loop; its journals start again at 0. */
  clear(): void;
}

/**
 * Where loops are stored. An implementation is append-oriented: the cost of a write follows what it adds or removes, never
 * the length of what is there. Test one with `persistenceContract` from `nudgeloop/testing`, which also says what it can't
 * find.
 *
 * - Every rejection is a `NudgeloopError` with `storage.quota`, `storage.blocked`, `storage.newer` or `storage.failed`, and
 *   nothing was changed. The exception is `storage.failed` with `details.seen` of `UnknownError`: the disk failed during the
 *   write, and nobody knows how far it came.
 * - An error that `work` throws is passed through, unless the storage refused something before. Nothing was changed either.
 * - `append` says what happens if a write catches its refusal.
 */
export interface GoalFeedbackPersistence {
  /** Whether what was written survives the end of the process. */
  readonly durable: boolean;
  /** Resolves if the storage can be used, rejects if not. */
  probe(): Promise<void>;
  /** The identity of this life of the storage. A storage that was destroyed and recreated has another one. */
  epoch(): Promise<string>;
  /** The names of all loops that have a document. A loop never writes an entry without having one. */
  loops(): Promise<string[]>;
  /**
   * Reads one loop.
   *
   * @param loop its name
   * @param work reads; it must await nothing but the transaction, since a database closes idle transactions
   */
  read<T>(loop: string, work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * Changes one loop in one transaction. Resolves once the change is as durable as the provider promises. Writes of one loop
   * happen one after the other, whoever makes them.
   *
   * @param loop its name
   * @param work reads and writes; it must await nothing but the transaction
   */
  write<T>(loop: string, work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;
  /**
   * Removes everything and begins a new epoch, named by `epochAfterErasure`; happens whole or not at all.
   *
   * @param look reads each loop in the same transaction, before it is gone; it must await nothing but the transaction. An
   *   erasure that is tried again reads again
   */
  eraseAll(look?: (loop: string, transaction: ReadTransaction) => Promise<void>): Promise<void>;
  /** Closes the storage once everything in progress has ended; a later call opens it again. */
  close(): Promise<void>;
}
