import { oldest, perform, remove, startDrain, transact } from './drain-worker.ts';

// Broken on purpose: what is done and not yet taken off the list is done again when the worker dies in between.
startDrain('do-then-delete', async (database) => {
  const found = await transact(database, async (transaction) => {
    const entry = await oldest(transaction);
    if (entry !== undefined) await perform(transaction, entry.n);
    return entry;
  });
  if (found === undefined) return false;
  await transact(database, (transaction) => remove(transaction, found.key));
  return true;
});
