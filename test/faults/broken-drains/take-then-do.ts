import { oldest, perform, remove, startDrain, transact } from './drain-worker.ts';

// Broken on purpose: what is taken and not yet done is lost when the worker dies in between.
startDrain('take-then-do', async (database) => {
  const taken = await transact(database, async (transaction) => {
    const entry = await oldest(transaction);
    if (entry !== undefined) await remove(transaction, entry.key);
    return entry;
  });
  if (taken === undefined) return false;
  await transact(database, (transaction) => perform(transaction, taken.n));
  return true;
});
