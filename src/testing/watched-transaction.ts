import type { WriteTransaction } from '../storage/persistence.ts';
import { forwardWrites } from './forward-transaction.ts';

/** A transaction that tells what was done in it. */
export interface WatchedTransaction {
  readonly transaction: WriteTransaction;
  /** Whether anything was changed: a write without a change has nothing to commit. */
  isChanged(): boolean;
  /** Whether anything was added: on a full disk, a write that only removes still works. */
  isLarger(): boolean;
}

/**
 * Watches a transaction.
 *
 * @param base the transaction to watch
 */
export function watchTransaction(base: WriteTransaction): WatchedTransaction {
  const seen = { removals: 0, additions: 0 };
  return {
    isChanged: () => seen.removals + seen.additions > 0,
    isLarger: () => seen.additions > 0,
    transaction: {
      ...forwardWrites(base),
      writeDocument(...given) {
        seen.additions += 1;
        base.writeDocument(...given);
      },
      append(...given) {
        seen.additions += 1;
        base.append(...given);
      },
      removeRange(...given) {
        seen.removals += 1;
        return base.removeRange(...given);
      },
      clear() {
        seen.removals += 1;
        base.clear();
      },
    },
  };
}
