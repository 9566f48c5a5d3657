import { JOURNALS } from '../../storage/persistence.ts';
import { expectEqual, expectRejection } from '../expect-equal.ts';
import { all, documents, entries, type Check } from './contract-check.ts';

export function loopCases(check: Check): void {
  check('loops do not see one another, whatever their names', async (store) => {
    // Every plain object has the last few, even an empty one.
    const names = ['a', 'a\uffff', 'A', 'a b', 'ä', '0', 'constructor', 'toString', '__proto__'];
    for (const name of names) expectEqual(await documents(store, name, ...names), names.map(() => null), `documents of ${name}, before any`);
    for (const [index, name] of names.entries()) {
      await store.write(name, async (tx) => {
        tx.append('history', entries(0, index + 1));
        tx.writeDocument('k', index, 1);
      });
    }
    await store.write('a', async (tx) => tx.clear());
    for (const [index, name] of names.entries()) {
      expectEqual((await all(store, name)).length, name === 'a' ? 0 : index + 1, `entries of ${name}`);
      expectEqual(await documents(store, name, 'k'), [name === 'a' ? null : index], `the document of ${name}`);
    }
    expectEqual((await store.loops()).sort(), names.slice(1).sort(), 'the names');
  });

  check('a loop that has a document is named, also without an entry', async (store) => {
    await store.write('a', async (tx) => tx.writeDocument('k', 1, 1));
    expectEqual(await store.loops(), ['a'], 'the names');
  });

  check('what is removed, pruned or found by age in one loop is its own', async (store) => {
    const names = ['a', 'b'];
    for (const name of names) {
      await store.write(name, async (tx) => {
        tx.append('history', entries(0, 4));
        tx.writeDocument('r:1', name, 1);
      });
    }
    await store.write('a', async (tx) => {
      await tx.removeRange('history', 0, 2);
      await tx.pruneDocuments('r:', 9, 0);
      expectEqual([await tx.oldestAt('history'), await tx.readExpired('history', 9_000)], [1_003, entries(3, 1)], 'by age in a');
    });
    expectEqual(await all(store, 'a'), entries(3, 1), 'entries of a');
    expectEqual(await all(store, 'b'), entries(0, 4), 'entries of b');
    expectEqual([...(await documents(store, 'a', 'r:1')), ...(await documents(store, 'b', 'r:1'))], [null, 'b'], 'documents');
  });

  check('a loop that was cleared begins anew, at place 0', async (store) => {
    await store.write('a', async (tx) => {
      for (const journal of JOURNALS) tx.append(journal, entries(0, 5));
      tx.writeDocument('k', 1, 1);
    });
    await store.write('a', async (tx) => {
      tx.clear();
      tx.append('history', entries(0, 2));
    });
    expectEqual(await documents(store, 'a', 'k'), [null], 'document');
    for (const journal of JOURNALS) expectEqual(await all(store, 'a', journal), journal === 'history' ? entries(0, 2) : [], journal);
    await expectRejection(
      () =>
        store.write('a', async (tx) => {
          tx.clear();
          throw new Error('stop');
        }),
      'the write',
    );
    await store.write('a', async (tx) => tx.append('history', entries(2, 2)));
    expectEqual(await all(store), entries(0, 4), 'history, after a clearing that failed');
  });
}
