import { expectEqual } from '../expect-equal.ts';
import { documents, type Check } from './contract-check.ts';

export function documentCases(check: Check): void {
  check('documents are pruned by name and age', async (store) => {
    await store.write('a', async (tx) => {
      tx.writeDocument('r:1', 1, 10);
      tx.writeDocument('r:2', 2, 20);
      tx.writeDocument('s', 3, 10);
    });
    await store.write('a', (tx) => tx.pruneDocuments('r:', 20, 9));
    expectEqual(await documents(store, 'a', 'r:1', 'r:2', 's'), [null, 2, 3], 'documents');
  });

  check('of the documents with a prefix, all but the newest few can be removed', async (store) => {
    // Beyond the last instant of a `Date`, `at` is a place in an order and not a time. The last place is 2^53.
    for (const first of [0, 8.64e15, 2 ** 53 - 4]) {
      await store.write('a', async (tx) => {
        // The newest two are first or last neither by name nor in the order of writing: only their age tells them.
        for (const [name, age] of [[3, 2], [1, 4], [4, 3], [2, 1]] as const) tx.writeDocument(`r:${name}`, age, first + age);
      });
      await store.write('a', (tx) => tx.pruneDocuments('r:', first, 2));
      expectEqual(await documents(store, 'a', 'r:1', 'r:2', 'r:3', 'r:4'), [4, null, null, 3], `the newest two, behind ${first}`);
      await store.write('a', (tx) => tx.pruneDocuments('r:', first + 4, 2));
      expectEqual(await documents(store, 'a', 'r:1', 'r:4'), [4, null], `the newest, behind ${first}`);
    }
  });

  check('a prefix stands for itself, whatever a query makes of such characters', async (store) => {
    const names = ['a_%.x', 'A_%.x', 'ab%.x', 'a_bcx', 'a_%bx'];
    await store.write('a', async (tx) => names.forEach((name) => tx.writeDocument(name, name, 1)));
    await store.write('a', (tx) => tx.pruneDocuments('a_%.', 9, 9));
    expectEqual(await documents(store, 'a', ...names), [null, ...names.slice(1)], 'documents');
  });
}
