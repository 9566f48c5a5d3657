import { heldIn, openLoop, openPersistence } from './fill-history.ts';
import { ask, openRaw, RAW_STORE, strictly, write } from './raw-store.ts';
import { sampleAction } from './sample-action.ts';

/** Actions in one of the product's rows, so that the packed floor has as many rows to delete. */
const PACKED = 256;

/** Records in one transaction at the most: more would only make it larger. */
const BATCH = 5_000;

interface Count {
  /** In actions. */
  readonly count: number;
}

/** Ops that measure what deleting the oldest of a history costs. */
export const retentionOps = {
  /** Milliseconds in which the product's loop prunes so many. */
  async timePrune({ count }: Count): Promise<number> {
    const persistence = openPersistence('strict');
    const keep = (await heldIn(openLoop(persistence))) - count;
    const loop = openLoop(persistence, keep);
    // The database is open and the state was read before, as in a worker at work.
    await heldIn(loop);
    const start = performance.now();
    await loop.prune();
    const time = performance.now() - start;
    const after = await heldIn(loop);
    await persistence.close();
    if (after !== keep) throw new Error(`pruned to ${after}, not to ${keep}`);
    return time;
  },
  /** Adds rows of one record each. */
  fillRows: ({ count }: Count): Promise<void> => fill('rows', count, BATCH, sampleAction),
  /** Adds rows of as many actions as the product's have. */
  fillPacked({ count }: Count): Promise<void> {
    const row = Array.from({ length: PACKED }, (_, n) => sampleAction(n));
    return fill('packed', Math.ceil(count / PACKED), 100, () => row);
  },
  /** Milliseconds of one range delete of the oldest rows of one record. */
  timeDeleteRows: ({ count }: Count): Promise<number> => timeRangeDelete('rows', count),
  /** Milliseconds of one range delete of the oldest packed rows. */
  timeDeletePacked: ({ count }: Count): Promise<number> => timeRangeDelete('packed', Math.ceil(count / PACKED)),
};

async function fill(name: string, rows: number, batch: number, make: (n: number) => unknown): Promise<void> {
  const database = await openRaw(name);
  for (let done = 0; done < rows; done += batch) {
    await write(database, 'relaxed', (store) => {
      for (let n = done; n < Math.min(rows, done + batch); n += 1) store.add(make(n));
    });
  }
  database.close();
}

async function timeRangeDelete(name: string, rows: number): Promise<number> {
  const database = await openRaw(name);
  const [first] = await ask(database, (store) => store.getAllKeys(null, 1));
  const last = (first as number) + rows - 1;
  const start = performance.now();
  await strictly(database, (store) => store.delete(IDBKeyRange.bound(first, last)));
  const time = performance.now() - start;
  const [next] = await ask(database, (store) => store.getAllKeys(null, 1));
  database.close();
  if (next !== last + 1) throw new Error(`the range delete in ${RAW_STORE} left ${JSON.stringify(next)} as the first row`);
  return time;
}
