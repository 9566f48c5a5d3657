import { expectEqual } from '../expect-equal.ts';
import { documents, type Check } from './contract-check.ts';

/** Notes the cases of documents. */
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
    // Behind the last instant that a date can hold are the places of what is ordered, and not timed.
    for (const first of [0, 8.64e15]) {
      await store.write('a', async (tx) => {
        for (const n of [3, 1, 4, 2]) tx.writeDocument(`r:${n}`, n, first + n);
      });
      await store.write('a', (tx) => tx.pruneDocuments('r:', first, 2));
      expectEqual(await documents(store, 'a', 'r:1', 'r:2', 'r:3', 'r:4'), [null, null, 3, 4], `the newest two, behind ${first}`);
    }
  });
}
