import type { GoalFeedbackPersistence, ReadTransaction, WriteTransaction } from '../../storage/persistence.ts';
import { expectEqual, expectRejection } from '../expect-equal.ts';
import { all, documents, entries, type Check } from './contract-check.ts';

/** So many reads keep a transaction open, so that a badly isolated one can come in between. */
const LOOKS = 100;

export function isolationCases(check: Check): void {
  check('nobody reads what a write has not committed', async (store, open) => {
    for (const reader of [store, open()]) {
      await store.write('a', async (tx) => tx.writeDocument('k', 1, 1));
      let reading: Promise<unknown[]> = Promise.resolve([]);
      const writing = store.write('a', async (tx) => {
        tx.writeDocument('k', 2, 1);
        await tx.readDocument('k');
        reading = documents(reader, 'a', 'k');
        // Awaited below, when the write is over.
        reading.catch(() => undefined);
        await linger(tx);
        throw new Error('stop');
      });
      await expectRejection(() => writing, 'the write');
      expectEqual(await reading, [1], 'the document, read while a write that fails was under way');
    }
  });

  check('all that one read sees is of one instant, though a write and an erasure are asked for meanwhile', async (store, open) => {
    await store.write('a', (tx) => fill(tx, 1));
    let changes: Promise<unknown> = Promise.resolve();
    const seen = await store.read('a', async (tx) => {
      const before = await look(tx);
      changes = Promise.allSettled([store, open()].flatMap((one) => [one.write('a', (other) => fill(other, 2)), one.eraseAll()]));
      await linger(tx);
      return [before, await look(tx)];
    });
    await changes;
    expectEqual(seen[1], seen[0], 'the second look');
  });

  check('what is erased stays erased, whatever is written right before or behind', async (store, open) => {
    for (const other of [store, open()]) {
      for (const order of ['before', 'behind'] as const) {
        await store.eraseAll();
        await store.write('a', async (tx) => {
          tx.writeDocument('k', 'old', 1);
          tx.append('history', entries(0, 3));
        });
        const [saw] = await writeBesideErasure(store, other, order);
        const title = `a write right ${order} the erasure, which saw the document ${JSON.stringify(saw)}`;
        // Either came first, but must have been complete before the other began.
        expectEqual(await all(store), [], `${title}: history`);
        expectEqual(await documents(store, 'a', 'k', 'new'), saw === null ? [null, 'new'] : [null, null], `${title}: documents`);
      }
    }
  });
}

async function linger(tx: ReadTransaction): Promise<void> {
  for (let turn = 0; turn < LOOKS; turn += 1) await tx.readDocument('other');
}

async function fill(tx: WriteTransaction, n: number): Promise<void> {
  tx.writeDocument('k', n, 1);
  tx.append('history', entries((await tx.readForward('history', 0, 9)).length, 1));
}

const look = async (tx: ReadTransaction): Promise<unknown[]> => [await tx.epoch(), await tx.readDocument('k'), await tx.readForward('history', 0, 9)];

/** Writes a document beside an erasure. Resolves with what the write saw of the earlier data. */
function writeBesideErasure(store: GoalFeedbackPersistence, other: GoalFeedbackPersistence, order: 'before' | 'behind'): Promise<unknown[]> {
  const write = (): Promise<unknown> =>
    other.write('a', async (tx) => {
      const saw = (await tx.readDocument('k')) ?? null;
      await linger(tx);
      tx.writeDocument('new', 'new', 1);
      return saw;
    });
  const erase = (): Promise<unknown> => store.eraseAll();
  if (order === 'before') return Promise.all([write(), erase()]);
  return Promise.all([erase(), write()]).then((answers) => answers.reverse());
}
