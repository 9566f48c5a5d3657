import type { JsonValue } from '../model/plain-data.ts';

/**
 * The append-only parts of a loop: `history` (retained actions), `pending` (accepted, not yet processed), `outbox`
 * (nudges not yet acknowledged), `dead` (actions that failed too often).
 */
export type Journal = 'history' | 'pending' | 'outbox' | 'dead';

/** All journals, in a fixed order. */
export const JOURNALS: readonly Journal[] = ['history', 'pending', 'outbox', 'dead'];

/** One entry of a journal. */
export interface JournalEntry {
  /** Its place: counts up from 0 within the journal, and is never used again once removed. */
  readonly seq: number;
  /** The instant it speaks of, in epoch milliseconds; need not grow with `seq`. */
  readonly at: number;
  readonly value: JsonValue;
}

/** What can be read of one loop, as of one instant. */
export interface ReadTransaction {
  /** The identity of the life of the storage that this is in. */
  epoch(): Promise<string>;
  /** Reads a small document of the loop. */
  readDocument(key: string): Promise<JsonValue | undefined>;
  /** Reads entries from `from` on, oldest first, at most `limit` of them. */
  readForward(journal: Journal, from: number, limit: number): Promise<JournalEntry[]>;
  /** Reads the newest `limit` entries whose `seq` is below `before`; also oldest first. */
  readNewest(journal: Journal, before: number, limit: number): Promise<JournalEntry[]>;
}

/**
 * What can be done to one loop in one step: all of it happens, or none. It sees its own changes. What is asked for is done
 * in the order in which it was asked, though nobody waits in between: a document is read as it was before it is written.
 */
export interface WriteTransaction extends ReadTransaction {
  /** Writes a small document; `at`, an instant in epoch milliseconds or a place in an order (up to 2^53, which no `Date` can hold), lets `pruneDocuments` find old ones. */
  writeDocument(key: string, value: JsonValue, at: number): void;
  /**
   * Removes documents whose key starts with `prefix` and whose `at` is below the given one; of the others, all but
   * the `keep` newest.
   */
  pruneDocuments(prefix: string, before: number, keep: number): Promise<void>;
  /**
   * Appends entries, whose `seq` must be above all that the journal ever held and grow from one to the next. A list in which they do not
   * grow, or that ends at the place at which the journal ends, is refused with a `storage.…` code: by this call, or by the write, of which nothing
   * is stored then. A caller lets a refusal through, and the write fails; if it catches one, the refused list is not stored, in no part,
   * and the rest of the write is: all of it and it resolves, or nothing and it rejects, as the storage likes. No entry is ever overwritten; whether other places that are taken are refused is the storage's matter, since no caller names one.
   */
  append(journal: Journal, entries: readonly JournalEntry[]): void;
  /** Reads all entries whose `at` is before `cutoff`, by `seq`. Its cost must follow their number, not the journal's. */
  readExpired(journal: Journal, cutoff: number): Promise<JournalEntry[]>;
  /** The smallest `at` of a journal, or undefined when it is empty; as cheap as one look-up. */
  oldestAt(journal: Journal): Promise<number | undefined>;
  /** Removes the entries from `first` to `last`, both included; gaps are allowed. */
  removeRange(journal: Journal, first: number, last: number): Promise<void>;
  /** Removes every document and every entry of the loop; its journals begin anew at 0. */
  clear(): void;
}

/**
 * Where loops live. An implementation is append-oriented: the cost of a write is what it adds or removes, never the
 * length of what is there. `persistenceContract` from `nudgeloop/testing` tests one, and says there what it can't find.
 *
 * Every rejection is a `NudgeloopError`: `storage.quota`, `storage.blocked`, `storage.newer` or `storage.failed`; after
 * any of them nothing was changed, but for a `storage.failed` whose `details.seen` is `UnknownError`: the disk failed while it
 * wrote, and nobody knows how far it came. An error that `work` throws is passed through, unless
 * the storage refused something before, and nothing was changed either. What a write comes to that catches what `append` refuses, is told there.
 */
export interface GoalFeedbackPersistence {
  /** Whether what was written survives the end of the process. */
  readonly durable: boolean;
  /** Settles when the storage can be used, rejects when it cannot. */
  probe(): Promise<void>;
  /** The identity of this life of the storage. If the storage is destroyed and made anew, it is another. */
  epoch(): Promise<string>;
  /** The names of all loops that have a document; the loop writes no entry without one. */
  loops(): Promise<string[]>;
  /**
   * Reads one loop.
   *
   * @param loop its name
   * @param work reads; must await nothing but the transaction, since a database closes idle transactions
   */
  read<T>(loop: string, work: (transaction: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * Changes one loop in one step. Resolves after the change is as durable as the provider promises; writes of one loop
   * happen one after the other, whoever asks.
   *
   * @param loop its name
   * @param work reads and writes; must await nothing but the transaction
   */
  write<T>(loop: string, work: (transaction: WriteTransaction) => Promise<T>): Promise<T>;
  /**
   * Removes everything and begins a new epoch, named by `epochAfterErasure`; all of it happens, or none.
   *
   * @param look reads each loop in the same step, before it is gone; must await nothing but the transaction
   */
  eraseAll(look?: (loop: string, transaction: ReadTransaction) => Promise<void>): Promise<void>;
  /** Lets go of the storage once what is under way has ended; a later call opens it again. */
  close(): Promise<void>;
}
