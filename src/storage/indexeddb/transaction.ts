import type { IDBPTransaction, StoreNames } from 'idb';
import { isEpoch } from '../../model/epoch.ts';
import { JOURNALS, type Journal, type JournalEntry, type WriteTransaction } from '../persistence.ts';
import { readEpoch } from './epochs.ts';
import { SEGMENT_SIZE, cutSegment, packSegments, unpackSegment } from './segments.ts';
import type { Schema, Segment } from './schema.ts';
import { storageError } from './storage-error.ts';

/** A readwrite transaction over all stores. */
export type DatabaseTransaction = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>;

/** Highest key of a loop: an array sorts after every number. */
const END: number = Number.POSITIVE_INFINITY;

/** One loop's view of an IndexedDB transaction. */
export interface LoopTransaction extends WriteTransaction {
  /** Writes what is still held back. Call it at the end; each method that needs it does it first. */
  flush(): void;
}

/** A segment that is cut and not written yet: hundreds of single entries of one may expire at once. */
interface Cut {
  readonly journal: Journal;
  /** From here to the segment's last place, all entries are in this segment. */
  readonly first: number;
  readonly rest: Segment;
}

/**
 * Makes the view.
 *
 * @param transaction over all stores; reads use it too, opened for reading
 * @param loop the loop's name
 */
export function loopTransaction(transaction: DatabaseTransaction, loop: string): LoopTransaction {
  return typed(viewOf(transaction, loop));
}

/** Makes each method throw typed errors: its callers know nothing of databases. */
function typed(view: LoopTransaction): LoopTransaction {
  const rethrow = (error: unknown): never => {
    throw storageError(error);
  };
  const methods = Object.entries(view).map(([name, method]: [string, (...given: never[]) => unknown]) => {
    const call = (...given: never[]): unknown => {
      try {
        const answer = method(...given);
        return answer instanceof Promise ? answer.catch(rethrow) : answer;
      } catch (error) {
        return rethrow(error);
      }
    };
    return [name, call];
  });
  return Object.fromEntries(methods);
}

function viewOf(transaction: DatabaseTransaction, loop: string): LoopTransaction {
  const documents = transaction.objectStore('documents');
  const from = (seq: number) => IDBKeyRange.bound([loop, seq], [loop, END]);
  let cut: Cut | undefined;

  const flush = (): void => {
    const written = cut;
    cut = undefined;
    if (written !== undefined) unawaited(transaction.objectStore(written.journal).put(written.rest));
  };
  /** The rows, with all that was changed in them. */
  const journalOf = (journal: Journal) => {
    flush();
    return transaction.objectStore(journal);
  };

  return {
    flush,

    async epoch() {
      const epoch = await readEpoch(transaction.objectStore('meta'));
      return isEpoch(epoch) ? epoch : '';
    },

    readDocument: async (key) => (await documents.get([loop, key]))?.value,

    writeDocument(key, value, at) {
      unawaited(documents.put({ loop, key, at, value }));
    },

    async pruneDocuments(prefix, before, keep) {
      const found = await documents.getAll(IDBKeyRange.bound([loop, prefix], [loop, `${prefix}\uffff`]));
      found
        .sort((a, b) => b.at - a.at)
        .forEach(({ key, at }, index) => (at < before || index >= keep) && unawaited(documents.delete([loop, key])));
    },

    append(journal, entries) {
      const store = journalOf(journal);
      // `add`, not `put`: if the place is taken, the transaction is aborted instead of overwriting an action.
      for (const segment of packSegments(loop, entries)) unawaited(store.add(segment));
    },

    async readForward(journal, first, limit) {
      const store = journalOf(journal);
      const found: JournalEntry[] = [];
      // A segment may hold one entry or 256. Start with few segments, and double their number while they are small.
      let wanted = Math.min(limit, Math.ceil(limit / SEGMENT_SIZE) + 1);
      for (let next = first; found.length < limit; wanted = Math.min(2 * wanted, limit - found.length)) {
        const segments = await store.getAll(from(next), wanted);
        for (const segment of segments) {
          for (const entry of unpackSegment(segment)) if (entry.seq >= first && found.length < limit) found.push(entry);
        }
        const last = segments.at(-1)?.last ?? END;
        // Also stop at a damaged row whose place is too large to count on from.
        if (segments.length < wanted || !Number.isSafeInteger(last)) break;
        next = last + 1;
      }
      return found;
    },

    async readNewest(journal, before, limit) {
      const store = journalOf(journal);
      // IndexedDB refuses a range that ends where it begins.
      if (before <= 0) return [];
      // Not a reverse cursor: on LevelDB, its first step costs more the longer the store is.
      for (let reach = limit; ; reach *= 4) {
        const low = Math.max(0, before - reach);
        // The segments that end below, and the one that may begin below; never anything beyond.
        const [below, across] = await Promise.all([
          store.getAll(IDBKeyRange.bound([loop, low], [loop, before], false, true)),
          store.getAll(from(before), 1),
        ]);
        const found = [...below, ...across].flatMap(unpackSegment).filter(({ seq }) => seq < before);
        if (found.length >= limit || low === 0) return found.slice(Math.max(0, found.length - limit));
      }
    },

    async readExpired(journal, cutoff) {
      const range = IDBKeyRange.bound([loop, Number.NEGATIVE_INFINITY], [loop, cutoff], false, true);
      const segments = await journalOf(journal).index('byAge').getAll(range);
      return segments
        .flatMap(unpackSegment)
        .filter(({ at }) => at < cutoff)
        .sort((a, b) => a.seq - b.seq);
    },

    async oldestAt(journal) {
      const range = IDBKeyRange.bound([loop, Number.NEGATIVE_INFINITY], [loop, END]);
      return (await journalOf(journal).index('byAge').openKeyCursor(range))?.key[1];
    },

    async removeRange(journal, first, last) {
      let segment = cut?.journal === journal && first >= cut.first && last <= cut.rest.last ? cut.rest : undefined;
      if (segment === undefined) {
        const store = journalOf(journal);
        // Only the segments at the two ends can extend beyond the range. All between them are removed in one deletion.
        const [[head], [tail]] = await Promise.all([store.getAll(from(first), 1), store.getAll(from(last), 1)]);
        unawaited(store.delete(IDBKeyRange.bound([loop, first], [loop, last])));
        const rest = head && cutSegment(head, first, last);
        // Otherwise it is the tail.
        if (rest && rest.last < last) unawaited(store.put(rest));
        segment = tail;
      }
      if (segment === undefined) return;
      const rest = cutSegment(segment, first, last);
      // Another removal may have come meanwhile.
      if (segment !== cut?.rest) flush();
      cut = rest && { journal, first: last, rest };
      if (rest === undefined) unawaited(journalOf(journal).delete([loop, segment.last]));
    },

    clear() {
      // Every key that begins with this name, whatever type follows it: any script of the origin can write rows.
      const all = IDBKeyRange.bound([loop], [`${loop}\u0000`], false, true);
      for (const store of [documents, ...JOURNALS.map(journalOf)]) unawaited(store.delete(all));
    },
  };
}

/** A write whose own promise nobody awaits. Its failure aborts the transaction, which reports it. */
function unawaited(request: Promise<unknown>): void {
  request.catch(() => undefined);
}
