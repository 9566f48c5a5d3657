import { isAfterErasure } from '../model/epoch.ts';
import type { GoalFeedbackPersistence, JournalEntry } from '../storage/persistence.ts';
import { expectEqual, expectRefusal, expectRejection } from './expect-equal.ts';
import { runRandomHistory } from './persistence-model.ts';

/** One thing that every persistence provider must do. */
export interface PersistenceContractCase {
  /** What the user of the provider gets. */
  readonly name: string;
  /** Rejects when the provider does not keep to it. */
  run(): Promise<void>;
}

/**
 * Opens the provider under test. The same name must open the same storage again, if the provider is durable; another
 * name must open another.
 */
export type PersistenceFactory = (name: string) => GoalFeedbackPersistence;

/**
 * What every persistence provider must do, case by case, for any test runner.
 *
 * @param create opens the provider under test
 *
 * @example
 * ```ts
 * import { createMemoryPersistence, createSequentialIds, persistenceContract } from 'nudgeloop/testing';
 * import { test } from 'vitest';
 *
 * // Your own provider instead of this one.
 * const create = (name: string) => createMemoryPersistence({ newId: createSequentialIds(name) });
 *
 * for (const { name, run } of persistenceContract(create)) test(name, run);
 * ```
 */
export function persistenceContract(create: PersistenceFactory): PersistenceContractCase[] {
  let count = 0;
  const cases: PersistenceContractCase[] = [];
  const check = (name: string, body: (persistence: GoalFeedbackPersistence, storage: string) => Promise<void>): void => {
    const run = async (): Promise<void> => {
      const storage = `contract-${(count += 1)}`;
      const persistence = create(storage);
      await persistence.eraseAll();
      try {
        await body(persistence, storage);
      } finally {
        await persistence.eraseAll();
        await persistence.close();
      }
    };
    cases.push({ name, run });
  };

  check('what was appended is read back, oldest first', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 5)));
    expectEqual(await all(store), entries(0, 5), 'history');
  });

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
    await store.write('a', async (tx) => tx.append('history', [{ seq: 0, at: 0, value }]));
    value.list.push(2);
    const [first] = await all(store);
    (first!.value as { list: number[] }).list.push(3);
    expectEqual(await all(store), [{ seq: 0, at: 0, value: { list: [1] } }], 'history');
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
    expectEqual(await store.read('a', (tx) => tx.readDocument('k')), undefined, 'document');
  });

  check('a place that is taken is never overwritten, but refused with a code', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    await expectRefusal(() => store.write('a', async (tx) => tx.append('history', entries(2, 1))), 'a second entry 2');
    expectEqual(await all(store), entries(0, 3), 'history');
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

  check('loops do not see one another, whatever their names', async (store) => {
    const names = ['a', 'a\uffff', 'A', 'a b', 'ä', '0'];
    for (const [index, name] of names.entries()) {
      await store.write(name, async (tx) => {
        tx.append('history', entries(0, index + 1));
        tx.writeDocument('k', index, 1);
      });
    }
    await store.write('a', async (tx) => tx.clear());
    for (const [index, name] of names.entries()) {
      expectEqual((await all(store, name)).length, name === 'a' ? 0 : index + 1, `entries of ${name}`);
    }
    expectEqual((await store.loops()).sort(), names.slice(1).sort(), 'the names');
  });

  check('a loop that was cleared begins anew, at place 0', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 5)));
    await store.write('a', async (tx) => {
      tx.clear();
      tx.append('history', entries(0, 2));
    });
    expectEqual(await all(store), entries(0, 2), 'history');
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

  check('a part is removed from the middle of what was appended together', async (store) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 1_000)));
    await store.write('a', (tx) => tx.removeRange('history', 100, 899));
    expectEqual(await all(store), [...entries(0, 100), ...entries(900, 100)], 'history');
    expectEqual(await store.read('a', (tx) => tx.readNewest('history', 950, 60)), [...entries(90, 10), ...entries(900, 50)], 'over the gap');
    expectEqual(await store.read('a', (tx) => tx.readForward('history', 95, 7)), [...entries(95, 5), ...entries(900, 2)], 'from before it');
  });

  check('beyond either end of a journal there is nothing', async (store) => {
    const read = () => store.read('a', async (tx) => [await tx.readNewest('history', 0, 5), await tx.readForward('history', 3, 5), await tx.readNewest('history', 9, 5)]);
    expectEqual(await read(), [[], [], []], 'of an empty journal');
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    expectEqual(await read(), [[], [], entries(0, 3)], 'of three entries');
  });

  check('entries are found by age, in whatever order they came', async (store) => {
    const stamped = [50, 10, 40, 10, 30].map((at, seq) => ({ seq, at, value: seq }));
    await store.write('a', async (tx) => tx.append('history', stamped));
    await store.write('a', async (tx) => {
      expectEqual((await tx.readExpired('history', 40)).map(({ seq }) => seq), [1, 3, 4], 'older than 40');
      expectEqual(await tx.oldestAt('history'), 10, 'the oldest');
      await tx.removeRange('history', 1, 1);
      await tx.removeRange('history', 3, 4);
      expectEqual(await tx.oldestAt('history'), 40, 'the oldest that is left');
      await tx.removeRange('history', 0, 9);
      expectEqual(await tx.oldestAt('history'), undefined, 'the oldest of none');
    });
  });

  check('documents are pruned by name and age', async (store) => {
    await store.write('a', async (tx) => {
      tx.writeDocument('r:1', 1, 10);
      tx.writeDocument('r:2', 2, 20);
      tx.writeDocument('s', 3, 10);
    });
    await store.write('a', (tx) => tx.pruneDocuments('r:', 20, 9));
    const kept = await store.read('a', async (tx) => [await tx.readDocument('r:1') ?? null, await tx.readDocument('r:2') ?? null, await tx.readDocument('s') ?? null]);
    expectEqual(kept, [null, 2, 3], 'documents');
  });

  check('of the documents with a prefix, all but the newest few can be removed', async (store) => {
    await store.write('a', async (tx) => {
      for (const at of [3, 1, 4, 2]) tx.writeDocument(`r:${at}`, at, at);
    });
    await store.write('a', (tx) => tx.pruneDocuments('r:', 0, 2));
    const kept = await store.read('a', (tx) => Promise.all([1, 2, 3, 4].map(async (at) => (await tx.readDocument(`r:${at}`)) ?? null)));
    expectEqual(kept, [null, null, 3, 4], 'the newest two');
  });

  check('erasing all leaves nothing, and begins a new epoch that says so', async (store) => {
    const before = await store.epoch();
    expectEqual(await store.epoch(), before, 'the epoch, asked twice');
    expectEqual(await store.write('a', (tx) => tx.epoch()), before, 'the epoch, asked inside a write');
    await store.write('a', async (tx) => {
      tx.append('history', entries(0, 3));
      tx.writeDocument('k', 1, 1);
    });
    const seen: unknown[] = [];
    await store.eraseAll(async (loop, tx) => void seen.push(loop, await tx.readDocument('k')));
    expectEqual(seen, ['a', 1], 'what is looked at before it is gone');
    expectEqual(await all(store), [], 'history');
    expectEqual(await store.loops(), [], 'the names');
    const after = await store.epoch();
    expectEqual(after === before, false, 'the same epoch');
    // Else each tab that slept through it reports the erasure as a loss.
    expectEqual(isAfterErasure(after), true, 'whether the new epoch is named by epochAfterErasure');
  });

  check('a durable store keeps everything when it is closed and opened again', async (store, storage) => {
    await store.write('a', async (tx) => tx.append('history', entries(0, 3)));
    const epoch = await store.epoch();
    await store.close();
    const again = store.durable ? create(storage) : store;
    expectEqual(await all(again), entries(0, 3), 'history');
    expectEqual(await again.epoch(), epoch, 'the epoch');
    await again.close();
  });

  for (const seed of [1, 2, 3]) {
    check(`a long random history ends as a simple model says (seed ${seed})`, (store) => runRandomHistory(store, seed));
  }
  return cases;
}

function entries(first: number, count: number): JournalEntry[] {
  return Array.from({ length: count }, (_, index) => ({ seq: first + index, at: 1_000 + first + index, value: { n: first + index } }));
}

function all(store: GoalFeedbackPersistence, loop = 'a'): Promise<JournalEntry[]> {
  return store.read(loop, (tx) => tx.readForward('history', 0, 10_000));
}
