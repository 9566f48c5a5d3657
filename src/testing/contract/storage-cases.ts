import { isAfterErasure } from '../../model/epoch.ts';
import { JOURNALS, type GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { expectEqual, expectRejection } from '../expect-equal.ts';
import { all, documents, entries, type Check } from './contract-check.ts';

export function storageCases(check: Check): void {
  check('a storage that can be used says so when it is probed', (store) => store.probe());

  check('erasing all leaves nothing, and begins a new epoch that says so', async (store) => {
    const before = await store.epoch();
    expectEqual(await store.epoch(), before, 'the epoch, asked twice');
    expectEqual(await store.write('a', (tx) => tx.epoch()), before, 'the epoch, asked inside a write');
    await fill(store);
    const seen: Record<string, unknown> = {};
    await store.eraseAll(async (loop, tx) => void (seen[loop] = await tx.readDocument('k')));
    expectEqual(seen, Object.fromEntries(NAMES.map((name) => [name, name])), 'what is looked at before it is gone');
    for (const name of NAMES) {
      for (const journal of JOURNALS) expectEqual(await all(store, name, journal), [], `${journal} of ${name}`);
      expectEqual(await documents(store, name, 'k'), [null], `the document of ${name}`);
    }
    expectEqual(await store.loops(), [], 'the names');
    const after = await store.epoch();
    expectEqual(after === before, false, 'the same epoch');
    // Otherwise each tab that slept through the erasure reports it as a loss.
    expectEqual(isAfterErasure(after), true, 'whether the new epoch is named by epochAfterErasure');
  });

  check('an erasure whose look fails has erased nothing', async (store) => {
    const epoch = await store.epoch();
    await fill(store);
    let looks = 0;
    const erasing = (): Promise<void> =>
      store.eraseAll(async (_loop, tx) => {
        await tx.readDocument('k');
        looks += 1;
        if (looks === NAMES.length) throw new Error('stop');
      });
    await expectRejection(erasing, 'the erasure');
    for (const name of NAMES) {
      for (const journal of JOURNALS) expectEqual(await all(store, name, journal), entries(0, 3), `${journal} of ${name}`);
      expectEqual(await documents(store, name, 'k'), [name], `the document of ${name}`);
    }
    expectEqual((await store.loops()).sort(), NAMES, 'the names');
    expectEqual(await store.epoch(), epoch, 'the epoch');
    expectEqual(await store.write('a', (tx) => tx.epoch()), epoch, 'the epoch, asked inside a write');
  });

  check('a durable store keeps everything when it is closed and opened again', async (store, open) => {
    await fill(store);
    const epoch = await store.epoch();
    await store.close();
    const again = open();
    for (const name of NAMES) {
      for (const journal of JOURNALS) expectEqual(await all(again, name, journal), entries(0, 3), `${journal} of ${name}`);
      expectEqual(await documents(again, name, 'k'), [name], `the document of ${name}`);
    }
    expectEqual(await again.epoch(), epoch, 'the epoch');
  });

  check('writes happen one after the other, also those of a tab and a worker that each opened the storage', async (store, open) => {
    const stores = [store, open()];
    const add = (one: GoalFeedbackPersistence) =>
      one.write('a', async (tx) => tx.writeDocument('n', Number((await tx.readDocument('n')) ?? 0) + 1, 1));
    await Promise.all(Array.from({ length: 24 }, (_, index) => add(stores[index % 2]!)));
    for (const one of stores) expectEqual(await documents(one, 'a', 'n'), [24], 'the count');
  });

  check('what a tab writes or erases is seen by a worker that opened the storage for itself', async (store, open) => {
    const other = open();
    await other.write('a', async (tx) => tx.writeDocument('k', 1, 1));
    expectEqual(await documents(store, 'a', 'k'), [1], 'the document');
    await store.write('a', async (tx) => tx.writeDocument('k', 2, 1));
    expectEqual(await documents(other, 'a', 'k'), [2], 'the document, written by the first one');
    await store.eraseAll();
    expectEqual(await documents(other, 'a', 'k'), [null], 'the document, erased by the first one');
    expectEqual(await other.write('a', (tx) => tx.epoch()), await store.epoch(), 'the epoch, asked inside a write');
  });
}

/** The loops of `fill`. */
const NAMES = ['a', 'b'];

/** Writes something into every corner of two loops. */
async function fill(store: GoalFeedbackPersistence): Promise<void> {
  for (const name of NAMES) {
    await store.write(name, async (tx) => {
      for (const journal of JOURNALS) tx.append(journal, entries(0, 3));
      tx.writeDocument('k', name, 1);
    });
  }
}
