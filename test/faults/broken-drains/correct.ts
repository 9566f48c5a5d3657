import { oldest, perform, remove, startDrain, transact } from './drain-worker.ts';

// As it should be: done and taken off the list in one transaction.
startDrain('correct', (database) =>
  transact(database, async (transaction) => {
    const entry = await oldest(transaction);
    if (entry === undefined) return false;
    await perform(transaction, entry.n);
    await remove(transaction, entry.key);
    return true;
  }),
);
