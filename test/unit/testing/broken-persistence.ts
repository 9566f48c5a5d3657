import type { GoalFeedbackPersistence, Journal, JsonValue, ReadTransaction, WriteTransaction } from 'nudgeloop/core';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/testing';

// Providers that break one promise each, as somebody writes them who overlooked it; the rest of them is memory.

export const createMemory = (): GoalFeedbackPersistence => createMemoryPersistence({ newId: createSequentialIds('epoch') });

const JOURNALS: readonly Journal[] = ['history', 'pending', 'outbox', 'dead'];

/** Memory as a database is: whoever opens the same name finds the same storage, as long as the factory is there. */
export function createDisk(wrap = (store: GoalFeedbackPersistence) => store): (name: string) => GoalFeedbackPersistence {
  const stores = new Map<string, GoalFeedbackPersistence>();
  return (name) => {
    const store = stores.get(name) ?? { ...createMemory(), durable: true };
    stores.set(name, store);
    return wrap(store);
  };
}

/** Replaces a part of each transaction, also of those that only read. */
export function withTransactions(
  replace: (base: WriteTransaction, loop: string) => Partial<WriteTransaction>,
  store = createMemory(),
): GoalFeedbackPersistence {
  // What memory hands out to read with can write too.
  const replaced = (loop: string, base: ReadTransaction) => ({ ...base, ...replace(base as WriteTransaction, loop) }) as WriteTransaction;
  return {
    ...store,
    read: (loop, work) => store.read(loop, (base) => work(replaced(loop, base))),
    write: (loop, work) => store.write(loop, (base) => work(replaced(loop, base))),
    eraseAll: (look) => store.eraseAll(look && ((loop, base) => look(loop, replaced(loop, base)))),
  };
}

/** Its entries are found by loop and place: the journal is ignored. */
export const withOneJournal = () =>
  withTransactions((base) => ({
    append: (_journal, entries) => base.append('history', entries),
    readForward: (_journal, from, limit) => base.readForward('history', from, limit),
    readNewest: (_journal, before, limit) => base.readNewest('history', before, limit),
    readExpired: (_journal, cutoff) => base.readExpired('history', cutoff),
    oldestAt: () => base.oldestAt('history'),
    removeRange: (_journal, first, last) => base.removeRange('history', first, last),
  }));

/** Removes the places of one journal from all of them. */
export const removingFromAll = () =>
  withTransactions((base) => ({
    async removeRange(_journal, first, last) {
      for (const journal of JOURNALS) await base.removeRange(journal, first, last);
    },
  }));

/** Has one index by age for all journals. */
export const withOneIndexByAge = () =>
  withTransactions((base) => ({
    async oldestAt() {
      const each = await Promise.all(JOURNALS.map((journal) => base.oldestAt(journal)));
      return each.filter((at) => at !== undefined).sort((a, b) => a - b)[0];
    },
  }));

/** Keeps a part of what it holds in a storage of its own, of which erasures know nothing. */
function withPartApart(
  loopThere: (loop: string) => string,
  part: (own: WriteTransaction, apart: WriteTransaction) => Partial<WriteTransaction>,
): GoalFeedbackPersistence {
  const [store, there] = [createMemory(), createMemory()];
  const within = <T>(loop: string, own: WriteTransaction, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> =>
    there.write(loopThere(loop), (apart) => work({ ...own, ...part(own, apart) }));
  return {
    ...store,
    read: (loop, work) => store.read(loop, (own) => within(loop, own as WriteTransaction, work)),
    write: (loop, work) => store.write(loop, (own) => within(loop, own, work)),
  };
}

/** Forgets a journal when a loop is cleared. */
export const clearingHalf = () =>
  withPartApart((loop) => loop, (own, apart) => {
    const of = (journal: Journal) => (journal === 'dead' ? apart : own);
    return {
      append: (journal, entries) => of(journal).append(journal, entries),
      readForward: (journal, from, limit) => of(journal).readForward(journal, from, limit),
      readNewest: (journal, before, limit) => of(journal).readNewest(journal, before, limit),
      readExpired: (journal, cutoff) => of(journal).readExpired(journal, cutoff),
      oldestAt: (journal) => of(journal).oldestAt(journal),
      removeRange: (journal, first, last) => of(journal).removeRange(journal, first, last),
    };
  });

/** Keeps documents apart from the entries: those of all loops together, or such that an erasure forgets them. */
export const withDocumentsApart = (keeping: 'together' | 'for good') =>
  withPartApart((loop) => (keeping === 'together' ? 'all' : loop), (own, apart) => ({
    readDocument: (key) => apart.readDocument(key),
    writeDocument(key, value, at) {
      // Here too, since the names of loops are those that have documents.
      own.writeDocument(key, value, at);
      apart.writeDocument(key, value, at);
    },
    pruneDocuments: (prefix, before, keep) => apart.pruneDocuments(prefix, before, keep),
    clear() {
      own.clear();
      if (keeping === 'for good') apart.clear();
    },
  }));

/** Keeps each document as it was given, or hands it out as it is kept: whoever changes that changes what is stored. */
export function sharingDocuments(when: 'written' | 'read'): GoalFeedbackPersistence {
  const kept = new Map<string, JsonValue>();
  return withTransactions((base, loop) => ({
    writeDocument(key, value, at) {
      base.writeDocument(key, value, at);
      kept.set(`${loop} ${key}`, when === 'written' ? value : structuredClone(value));
    },
    async readDocument(key) {
      // What memory has no more was removed.
      if ((await base.readDocument(key)) === undefined) return undefined;
      const value = kept.get(`${loop} ${key}`);
      return when === 'read' ? value : structuredClone(value);
    },
  }));
}

/** Keeps the ages of documents as timestamps. */
export const withDates = () =>
  withTransactions((base) => ({
    writeDocument: (key, value, at) => base.writeDocument(key, value, Date.parse(new Date(at).toISOString())),
  }));

/** Keeps the ages of documents in a column of timestamps, which takes what is later for the last one. */
export const withLastDate = () =>
  withTransactions((base) => ({ writeDocument: (key, value, at) => base.writeDocument(key, value, Math.min(at, 8.64e15)) }));

/** Finds documents as `LIKE` does in SQLite, for which letters are the same in either case. */
export const withLike = () =>
  withTransactions((base) => ({
    async pruneDocuments(prefix, before, keep) {
      for (const either of new Set([prefix, prefix.toUpperCase(), prefix.toLowerCase()])) await base.pruneDocuments(either, before, keep);
    },
  }));

/** Keeps the ages of documents in 32 bits. */
export const withFewBits = () => withTransactions((base) => ({ writeDocument: (key, value, at) => base.writeDocument(key, value, at | 0) }));

/** Knows the loops by their entries. */
export function namingByEntries(): GoalFeedbackPersistence {
  const store = createMemory();
  const hasEntries = (loop: string) => store.read(loop, async (tx) => (await tx.readForward('history', 0, 1)).length > 0);
  return {
    ...store,
    async loops() {
      const names = await store.loops();
      const found = await Promise.all(names.map(hasEntries));
      return names.filter((_name, index) => found[index]);
    },
  };
}

/** Erases though whoever looked at the loops before has failed. */
export function erasingAllTheSame(): GoalFeedbackPersistence {
  const store = createMemory();
  return {
    ...store,
    async eraseAll(look) {
      const failures: unknown[] = [];
      await store.eraseAll(look && ((loop, base) => look(loop, base).catch((error: unknown) => void failures.push(error))));
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Reads first and stores later; what comes between is kept out by a queue, of which each object has its own. */
export function queueingForItself(store: GoalFeedbackPersistence): GoalFeedbackPersistence {
  let queue: Promise<unknown> = Promise.resolve();
  const readThenStore = async <T>(loop: string, work: (transaction: WriteTransaction) => Promise<T>): Promise<T> => {
    const noted: ((transaction: WriteTransaction) => unknown)[] = [];
    const undone = new Error('only to be read');
    let result: { readonly value: T } | undefined;
    await store
      .write(loop, async (base) => {
        const change = <T>(run: (transaction: WriteTransaction) => T): T => {
          noted.push(run);
          return run(base);
        };
        const value = await work({
          ...base,
          writeDocument: (key, written, at) => change((tx) => tx.writeDocument(key, structuredClone(written), at)),
          pruneDocuments: (prefix, before, keep) => change((tx) => tx.pruneDocuments(prefix, before, keep)),
          append: (journal, entries) => change((tx) => tx.append(journal, structuredClone(entries))),
          removeRange: (journal, first, last) => change((tx) => tx.removeRange(journal, first, last)),
          clear: () => change((tx) => tx.clear()),
        });
        result = { value };
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    await store.write(loop, async (later) => {
      for (const repeat of noted) await repeat(later);
    });
    return result!.value;
  };
  return {
    ...store,
    write(loop, work) {
      const written = queue.then(() => readThenStore(loop, work));
      queue = written.catch(() => undefined);
      return written;
    },
  };
}

/** Remembers what it read: another object may have written it anew since. */
export function remembering(store: GoalFeedbackPersistence): GoalFeedbackPersistence {
  const known = new Map<string, Awaited<ReturnType<ReadTransaction['readDocument']>>>();
  return {
    ...store,
    read: (loop, work) =>
      store.read(loop, (base) =>
        work({
          ...base,
          async readDocument(key) {
            const place = `${loop} ${key}`;
            if (!known.has(place)) known.set(place, await base.readDocument(key));
            return known.get(place);
          },
        }),
      ),
    async write(loop, work) {
      known.clear();
      return store.write(loop, work);
    },
    async eraseAll(look) {
      known.clear();
      return store.eraseAll(look);
    },
  };
}
