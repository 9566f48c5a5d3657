import type { ReadTransaction, WriteTransaction } from '../storage/persistence.ts';

// Each method by its name, and called on what it belongs to: a provider's transaction may be an instance of a class, whose
// methods a spread leaves behind.

/**
 * Makes a transaction that passes on all that is read, so that a part of it can be replaced.
 *
 * @param base where it happens
 */
export function forwardReads(base: ReadTransaction): ReadTransaction {
  return {
    epoch: () => base.epoch(),
    readDocument: (key) => base.readDocument(key),
    readForward: (journal, from, limit) => base.readForward(journal, from, limit),
    readNewest: (journal, before, limit) => base.readNewest(journal, before, limit),
  };
}

/**
 * The same for all that is read and written.
 *
 * @param base where it happens
 */
export function forwardWrites(base: WriteTransaction): WriteTransaction {
  return {
    ...forwardReads(base),
    writeDocument: (key, value, at) => base.writeDocument(key, value, at),
    pruneDocuments: (prefix, before, keep) => base.pruneDocuments(prefix, before, keep),
    append: (journal, entries) => base.append(journal, entries),
    readExpired: (journal, cutoff) => base.readExpired(journal, cutoff),
    oldestAt: (journal) => base.oldestAt(journal),
    removeRange: (journal, first, last) => base.removeRange(journal, first, last),
    clear: () => base.clear(),
  };
}
