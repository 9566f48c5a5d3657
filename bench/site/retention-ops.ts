import { openLoop, openPersistence } from './fill-history.ts';
import { ask, openRaw, RAW_STORE, strictly } from './raw-store.ts';
import { sampleAction } from './sample-action.ts';

/** Actions in one of the product's rows, so that the floor has as many rows to delete. */
const ROW = 256;

/** Ops that measure what deleting the oldest of a history costs. */
export const retentionOps = {
  /** Milliseconds in which the product's loop prunes to a limit. */
  async timePrune({ keep }: { keep: number }): Promise<number> {
    const persistence = openPersistence('nudgeloop', 'strict');
    const loop = openLoop(persistence, keep);
    // The database is open and the state was read before, as in a worker at work.
    const before = await loop.read(async (_transaction, state) => state.history.count);
    const start = performance.now();
    await loop.prune();
    const time = performance.now() - start;
    const after = await loop.read(async (_transaction, state) => state.history.count);
    await persistence.close();
    if (before <= keep || after !== keep) throw new Error(`pruned from ${before} to ${after}, not to ${keep}`);
    return time;
  },
  /** Fills the floor's store with rows of as many actions as the product's have. */
  async fillRows({ count }: { count: number }): Promise<void> {
    const database = await openRaw('rows');
    const row = Array.from({ length: ROW }, (_, n) => sampleAction(n));
    for (let left = Math.ceil(count / ROW); left > 0; left -= 100) {
      await strictly(database, (store) => {
        for (let index = 0; index < Math.min(left, 100); index += 1) store.add(row);
      });
    }
    database.close();
  },
  /** Milliseconds of one range delete of the oldest rows, strict. */
  async timeRangeDelete({ count }: { count: number }): Promise<number> {
    const database = await openRaw('rows');
    const [first] = await ask(database, (store) => store.getAllKeys(null, 1));
    const rows = Math.ceil(count / ROW);
    const last = (first as number) + rows - 1;
    const start = performance.now();
    await strictly(database, (store) => store.delete(IDBKeyRange.bound(first, last)));
    const time = performance.now() - start;
    const [next] = await ask(database, (store) => store.getAllKeys(null, 1));
    database.close();
    if (next !== last + 1) throw new Error(`the range delete in ${RAW_STORE} left ${JSON.stringify(next)} as the first row`);
    return time;
  },
};
