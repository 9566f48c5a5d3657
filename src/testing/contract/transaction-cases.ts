import type { ReadTransaction } from '../../storage/persistence.ts';
import { expectEqual, expectRejection } from '../expect-equal.ts';
import { all, documents, entries, type Check } from './contract-check.ts';

export function transactionCases(check: Check): void {
  check('JSON of any shape comes back as it went in', async (store) => {
    const value = { 'a.b': [1, null, { deep: [true, 'ü\u2028\ud83d\ude00'] }], '': -0.5, n: 1e300 };
    await store.write('a', async (tx) => {
      tx.append('outbox', [{ seq: 0, at: 1.5, value }]);
      tx.writeDocument('k', value, 1);
    });
    expectEqual(await store.read('a', (tx) => tx.readForward('outbox', 0, 1)), [{ seq: 0, at: 1.5, value }], 'entry');
    expectEqual(await store.read('a', (tx) => tx.readDocument('k')), value, 'document');
  });

  check('what is changed after the call does not change what is stored', async (store) => {
    const value = { list: [1] };
    await store.write('a', async (tx) => {
      tx.append('history', [{ seq: 0, at: 0, value }]);
      tx.writeDocument('k', value, 1);
    });
    const stored = async () => [(await all(store))[0]?.value, ...(await documents(store, 'a', 'k'))];
    value.list.push(2);
    const read = await stored();
    expectEqual(read, [{ list: [1] }, { list: [1] }], 'entry and document, when what was written is changed');
    for (const one of read) (one as typeof value).list.push(3);
    expectEqual(await stored(), [{ list: [1] }, { list: [1] }], 'entry and document, when what was read is changed');
  });

  check('a write that fails leaves nothing behind', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    const error = new Error('stop');
    const seen = await expectRejection(
      () =>
        store.write('a', async (tx) => {
          tx.append('history', entries(3, 2));
          await tx.removeRange('history', 0, 1);
          tx.writeDocument('k', 1, 1);
          throw error;
        }),
      'the write',
    );
    expectEqual(seen === error, true, 'the very error that was thrown');
    expectEqual(await all(store), entries(0, 3), 'history');
    expectEqual(await documents(store, 'a', 'k'), [null], 'document');
  });

  check('a write sees its own changes', async (store) => {
    const seen = await store.write('a', async (tx) => {
      tx.writeDocument('k', 7, 1);
      tx.append('history', entries(0, 3));
      await tx.removeRange('history', 0, 0);
      return { k: await tx.readDocument('k'), history: await tx.readForward('history', 0, 9), at: await tx.oldestAt('history') };
    });
    expectEqual(seen, { k: 7, history: entries(1, 2), at: 1_001 }, 'inside the write');
  });

  check('a write reads entries as a read does, those that it appended too', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 5)));
    const look = async (tx: ReadTransaction): Promise<unknown[]> => [
      await tx.readForward('history', 3, 4),
      await tx.readForward('history', 5, 2),
      await tx.readNewest('history', 7, 4),
      await tx.readNewest('history', 3, 9),
    ];
    const expected = [entries(3, 4), entries(5, 2), entries(3, 4), entries(0, 3)];
    const seen = await store.write('a', async (tx) => {
      tx.append('history', entries(5, 3));
      return look(tx);
    });
    expectEqual(seen, expected, 'inside the write');
    expectEqual(await store.read('a', look), expected, 'inside a read');
  });

  check('a write does what it is asked in that order, though it does not wait in between', async (store) => {
    await store.write('a', async (tx) => tx.writeDocument('k', 1, 1));
    const seen = await store.write('a', async (tx) => {
      const before = tx.readDocument('k');
      tx.writeDocument('k', 2, 1);
      return [await before, await tx.readDocument('k')];
    });
    expectEqual(seen, [1, 2], 'before and after it was written');
  });

  check('writes that are asked for at once happen one after the other', async (store) => {
    const add = () =>
      store.write('a', async (tx) => tx.writeDocument('n', Number((await tx.readDocument('n')) ?? 0) + 1, 1));
    await Promise.all(Array.from({ length: 25 }, add));
    expectEqual(await store.read('a', (tx) => tx.readDocument('n')), 25, 'the count');
  });
}
