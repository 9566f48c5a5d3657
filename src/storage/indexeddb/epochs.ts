import { epochAfterErasure } from '../../model/epoch.ts';
import type { IdSource } from '../../clock.ts';

/** What is used of the store that has the epoch, in a transaction that may write. */
export interface MetaStore {
  get(rows: IDBKeyRange): Promise<unknown>;
  getAllKeys(rows: IDBKeyRange, count: number): Promise<readonly string[]>;
  put(epoch: string, row: string): Promise<unknown>;
  delete(rows: IDBKeyRange): Promise<void>;
}

/**
 * How many epochs are stored ahead, for erasures on a full disk. There Chromium refuses each transaction that writes a
 * row, however much it deletes, but none that only deletes. So an erasure deletes the epoch, and the next row is the
 * new one.
 */
const SPARES = 8;

/** The epoch's row, and the spares after it. */
const rows = (): IDBKeyRange => IDBKeyRange.lowerBound('epoch');

/** Reads the epoch. Any script of the origin can write rows, so it may be anything. */
export async function readEpoch(meta: Pick<MetaStore, 'get'>): Promise<unknown> {
  return meta.get(rows());
}

/** Stores the epoch and new spares. */
export function layEpochs(meta: MetaStore, epoch: string, newId: IdSource): void {
  for (let row = 0; row <= SPARES; row += 1) meta.put(row ? epochAfterErasure(newId()) : epoch, `epoch${row || ''}`).catch(() => undefined);
}

/**
 * Makes the next spare the epoch, without writing a row.
 *
 * @throws refusal if there is no spare
 */
export async function takeSpare(meta: MetaStore, refusal: unknown): Promise<void> {
  const [, spare] = await meta.getAllKeys(rows(), 2);
  if (spare === undefined) throw refusal;
  meta.delete(IDBKeyRange.upperBound(spare, true)).catch(() => undefined);
}
