import { expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds, NudgeloopError, type GoalFeedbackPersistence, type WriteTransaction } from 'nudgeloop/core';
import { createLoopStore, UNCHANGED, type LoopStore } from '../../../src/loop/commit/loop-store.ts';

const open = (persistence: GoalFeedbackPersistence): LoopStore => createLoopStore(persistence, { loop: 'a', clock: { now: () => 0 }, newId: createSequentialIds('life') });

/** Counts in the state and in a document, and keeps what it saw in the history. */
const count = (store: LoopStore) =>
  store.update(async (tx, state) => {
    const seen = Number((await tx.readDocument('count')) ?? 0);
    tx.writeDocument('count', seen + 1, 0);
    tx.append('history', [{ seq: state.history.next, at: 0, value: seen }]);
    state.history.next += 1;
    return seen;
  });

test('two hosts that write the same loop in turn miss nothing of each other', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const [one, other] = [open(persistence), open(persistence)];
  const seen: number[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    seen.push(await count(one));
    seen.push(await count(one));
    seen.push(await count(other));
  }
  expect(seen).toEqual(Array.from({ length: 30 }, (_none, index) => index));
  const rows = await one.read((tx) => tx.readForward('history', 0, 100));
  expect(rows.map(({ value }) => value)).toEqual(seen);
  expect((await one.read(async (_tx, state) => state)).revision).toBe(30);
});

test('calls to two hosts at once each count once', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const stores = [open(persistence), open(persistence)];
  for (let turn = 0; turn < 10; turn += 1) await Promise.all(stores.map(count));
  expect(await stores[0]!.read((tx) => tx.readDocument('count'))).toBe(20);
});

test('after the loop was erased, or the whole database, a host that remembers it begins anew', async () => {
  let epochs = 0;
  const persistence = createMemoryPersistence({ newId: () => `epoch-${(epochs += 1)}` });
  const store = open(persistence);
  await count(store);
  await persistence.write('a', async (tx) => tx.clear());
  expect(await count(store)).toBe(0);
  await count(store);
  await persistence.eraseAll();
  expect(await count(store)).toBe(0);
  expect(await store.read((tx) => tx.readForward('history', 0, 9))).toEqual([{ seq: 0, at: 0, value: 0 }]);
});

test('work that only fails because it began from an outdated loop is done again, and succeeds', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const [one, other] = [open(persistence), open(persistence)];
  await count(one);
  await other.update(async (_tx, state) => void (state.goalState = { steps: 1 }));
  const result = await one.update(async (_tx, state) => {
    if (state.goalState === null) throw new NudgeloopError('goal.invalid', 'there is no goal');
    return state.goalState;
  });
  expect(result).toEqual({ steps: 1 });
});

test('a failure, or work that changes nothing, leaves nothing of its draft behind', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const store = open(persistence);
  await count(store);
  await store.update(async (_tx, state) => {
    state.goalVersion = 99;
    return UNCHANGED;
  });
  // Stores what the host believes that the loop is.
  expect(await count(store)).toBe(1);
  expect((await store.read(async (_tx, state) => state)).goalVersion).toBe(0);
  const failing = store.update(async (tx, state) => {
    state.goalVersion = 99;
    tx.writeDocument('count', 99, 0);
    throw new Error('stop');
  });
  await expect(failing).rejects.toThrow('stop');
  expect(await count(store)).toBe(2);
  expect((await store.read(async (_tx, state) => state)).goalVersion).toBe(0);
});

test('a receipt that is all a call leaves behind is not forgotten by a host that remembers the loop', async () => {
  const persistence = createMemoryPersistence({ newId: () => 'epoch' });
  const [one, other] = [open(persistence), open(persistence)];
  await count(one);
  await other.update(async (tx) => {
    tx.writeDocument('receipt', true, 0);
    return UNCHANGED;
  });
  expect(await one.update((tx) => tx.readDocument('receipt'))).toBe(true);
});

test('a provider that does the work again, as after a lock that was not given, stores nothing twice', async () => {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  const busy: GoalFeedbackPersistence = {
    ...memory,
    async write(loop, work) {
      const first = memory.write(loop, async (tx) => {
        await work(tx);
        throw new Error('busy');
      });
      await first.catch(() => undefined);
      return memory.write(loop, work);
    },
  };
  const store = open(busy);
  expect([await count(store), await count(store), await count(store)]).toEqual([0, 1, 2]);
  expect(await store.read((tx) => tx.readForward('history', 0, 9))).toHaveLength(3);
});

test('a place that another host took meanwhile is no failure, whatever the provider says of it', async () => {
  const memory = createMemoryPersistence({ newId: () => 'epoch' });
  // As a database does: what ended the transaction is what is reported.
  const database: GoalFeedbackPersistence = {
    ...memory,
    async write(loop, work) {
      let cause: unknown;
      const noting = (tx: WriteTransaction): WriteTransaction => ({
        ...tx,
        append(journal, entries) {
          try {
            tx.append(journal, entries);
          } catch (error) {
            throw (cause = error);
          }
        },
      });
      return memory.write(loop, (tx) => work(noting(tx))).catch((error: unknown) => Promise.reject((cause ?? error) as Error));
    },
  };
  const [one, other] = [open(database), open(database)];
  // A look by age stores what was noted, in the midst of the work.
  const countOld = (store: LoopStore) =>
    store.update(async (tx, state) => {
      tx.append('history', [{ seq: state.history.next, at: 0, value: 0 }]);
      state.history.next += 1;
      return (await tx.readExpired('history', 1)).length;
    });
  expect(await countOld(one)).toBe(1);
  expect(await countOld(other)).toBe(2);
  expect(await countOld(one)).toBe(3);
});
