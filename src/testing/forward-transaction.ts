import type { ReadTransaction, WriteTransaction } from '../storage/persistence.ts';

// Each method by its name, and called on its own object: a provider's transaction may be a class instance, whose
// methods a spread leaves out.

/**
 * Makes a transaction that forwards all reads, so that part of it can be replaced.
 *
 * @param base the transaction to forward to
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
 * Makes a transaction that forwards all reads and writes.
 *
 * @param base the transaction to forward to
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
