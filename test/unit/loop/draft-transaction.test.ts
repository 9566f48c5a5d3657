import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, systemIds, type GoalFeedbackPersistence, type JournalEntry, type JsonValue, type WriteTransaction } from 'nudgeloop/core';
import { persistenceContract } from 'nudgeloop/testing';
import { draftTransaction, type KnownRows } from '../../../src/loop/commit/draft-transaction.ts';
import { isNearRows, noNearRows, type NearRows } from '../../../src/loop/state/near-rows.ts';
import { counting } from './harness.ts';

const nearOf = (document: JsonValue | undefined): NearRows => (isNearRows(document) ? document : noNearRows());

/** A provider whose writes go through drafts, each of which begins with what the last one of its loop knew. */
function drafting(persistence: GoalFeedbackPersistence): GoalFeedbackPersistence {
  const known = new Map<string, KnownRows>();
  return {
    ...persistence,
    read: (loop, work) =>
      persistence.read(loop, async (transaction) => work(draftTransaction(transaction as WriteTransaction, nearOf(await transaction.readDocument('near')), undefined))),
    async write(loop, work) {
      const begun = known.get(loop);
      known.delete(loop);
      return persistence.write(loop, async (base) => {
        const near = nearOf(await base.readDocument('near'));
        const draft = draftTransaction(base, near, begun);
        const result = await work(draft);
        if (draft.isChanged()) {
          const after = await draft.flush();
          await base.pruneDocuments('near', 1, 0);
          if (after.documents.length > 0 || after.size > 0) base.writeDocument('near', after as unknown as JsonValue, 0);
        }
        known.set(loop, { tails: draft.tails(), epoch: await base.epoch() });
        return result;
      });
    },
    async eraseAll(look) {
      known.clear();
      await persistence.eraseAll(async (loop, transaction) => look?.(loop, draftTransaction(transaction as WriteTransaction, nearOf(await transaction.readDocument('near')), undefined)));
    },
  };
}

describe('changes that are noted first and stored together', () => {
  const create = (): GoalFeedbackPersistence => drafting(createMemoryPersistence({ newId: systemIds }));
  for (const { name, run } of persistenceContract(create)) test(name, run);
});

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  fc.record({ kind: fc.constant('remove' as const), first: fc.nat(40), length: fc.nat(6) }),
  fc.record({ kind: fc.constant('prune' as const), keep: fc.nat(8) }),
  fc.record({ kind: fc.constant('forward' as const), from: fc.nat(40), limit: fc.integer({ min: 1, max: 6 }) }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('newest' as const), limit: fc.integer({ min: 1, max: 6 }) }) },
  fc.record({ kind: fc.constant('before' as const), before: fc.nat(40), limit: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('expired' as const), cutoff: fc.nat(20) }),
);

test('every operation of a transaction sees what those before it did, whatever they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 8 }), async (transactions) => {
      const store = drafting(createMemoryPersistence({ newId: systemIds }));
      let model: JournalEntry[] = [];
      let next = 0;
      for (const steps of transactions) {
        await store.write('a', async (tx) => {
          for (const given of steps) {
            if (given.kind === 'append') {
              const entries = Array.from({ length: given.count }, (_, index) => ({ seq: next + index, at: (next * 7 + index * 13) % 20, value: next + index }));
              tx.append('history', entries);
              model.push(...entries);
              next += given.count;
            } else if (given.kind === 'remove') {
              const last = given.first + given.length;
              await tx.removeRange('history', given.first, last);
              model = model.filter(({ seq }) => seq < given.first || seq > last);
            } else if (given.kind === 'prune') {
              // As a full history gives way: one by one from its old end.
              while (model.length > given.keep) {
                const [oldest] = await tx.readForward('history', 0, 1);
                expect(oldest).toEqual(model[0]);
                await tx.removeRange('history', oldest!.seq, oldest!.seq);
                model = model.slice(1);
              }
            } else if (given.kind === 'forward') {
              expect(await tx.readForward('history', given.from, given.limit)).toEqual(model.filter(({ seq }) => seq >= given.from).slice(0, given.limit));
            } else if (given.kind === 'newest') {
              expect(await tx.readNewest('history', next, given.limit)).toEqual(model.slice(-given.limit));
            } else if (given.kind === 'before') {
              expect(await tx.readNewest('history', given.before, given.limit)).toEqual(model.filter(({ seq }) => seq < given.before).slice(-given.limit));
            } else {
              expect(await tx.readExpired('history', given.cutoff)).toEqual(model.filter(({ at }) => at < given.cutoff));
              expect(await tx.oldestAt('history')).toBe(model.length === 0 ? undefined : Math.min(...model.map(({ at }) => at)));
            }
          }
        });
        expect(await store.read('a', (tx) => tx.readForward('history', 0, 1_000))).toEqual(model);
      }
    }),
    { numRuns: 300 },
  );
});

test('a hundred operations on a full history cost a few requests, not hundreds', async () => {
  const memory = counting(createMemoryPersistence({ newId: systemIds }));
  await memory.write('a', async (tx) => {
    tx.append('history', Array.from({ length: 200 }, (_, seq) => ({ seq, at: seq, value: seq })));
    tx.writeDocument('receipts', 0, 0);
  });
  const requests: string[] = [];
  let near = noNearRows();
  await memory.write('a', async (base) => {
    const noted = Object.entries(base).map(([name, method]: [string, (...given: never[]) => unknown]) => {
      return [name, (...given: never[]) => (requests.push(name), method(...given))];
    });
    const draft = draftTransaction(Object.fromEntries(noted) as typeof base, noNearRows(), undefined);
    for (let seq = 200; seq < 300; seq += 1) {
      draft.writeDocument('receipts', Number(await draft.readDocument('receipts')) + 1, seq);
      expect((await draft.readNewest('history', seq, 2)).map(({ value }) => value)).toEqual([seq - 2, seq - 1]);
      draft.append('history', [{ seq, at: seq, value: seq }]);
      const [oldest] = await draft.readForward('history', seq - 200, 1);
      await draft.removeRange('history', oldest!.seq, oldest!.seq);
    }
    near = await draft.flush();
  });
  const count = (name: string): number => requests.filter((request) => request === name).length;
  expect({ documents: count('readDocument') + count('writeDocument'), append: count('append'), removeRange: count('removeRange'), readNewest: count('readNewest') }).toEqual({ documents: 1, append: 1, removeRange: 1, readNewest: 1 });
  expect(count('readForward')).toBeLessThan(8);
  const kept = await memory.read('a', (tx) => tx.readForward('history', 0, 1_000));
  expect([kept.length, kept[0]!.seq, near.documents]).toEqual([200, 100, [['receipts', { value: 100, at: 299 }]]]);
});

test('of a large call of which the retention leaves little, that little is not kept near, however few entries it is', async () => {
  const memory = createMemoryPersistence({ newId: systemIds });
  const near = await memory.write('a', async (base) => {
    const draft = draftTransaction(base, noNearRows(), undefined);
    draft.append('history', Array.from({ length: 40 }, (_, seq) => ({ seq, at: seq, value: 'x'.repeat(10_000) })));
    await draft.removeRange('history', 0, 29);
    return draft.flush();
  });
  expect(near).toEqual(noNearRows());
  expect(await memory.read('a', (tx) => tx.readForward('history', 0, 100))).toHaveLength(10);
});

test('what came and went takes no room from what comes then: that is kept near', async () => {
  const memory = createMemoryPersistence({ newId: systemIds });
  let near = noNearRows();
  const write = (work: (draft: WriteTransaction) => unknown): Promise<void> =>
    memory.write('a', async (base) => {
      const draft = draftTransaction(base, near, undefined);
      await work(draft);
      near = await draft.flush();
    });
  // As an app does that acknowledges each nudge: more of them, in all, than the state row has room for.
  for (let seq = 0; seq < 9; seq += 1) {
    await write((draft) => draft.append('outbox', [{ seq, at: seq, value: 'x'.repeat(1_000) }]));
    expect(near.journals.outbox).toHaveLength(1);
    await write((draft) => draft.removeRange('outbox', seq, seq));
    expect(near).toEqual(noNearRows());
  }
});

test('of entries of which every second one expires, each costs the same, however many they are', async () => {
  const memory = createMemoryPersistence({ newId: systemIds });
  const begun = performance.now();
  const took = await memory.write('a', async (base) => {
    const draft = draftTransaction(base, noNearRows(), undefined);
    base.append('history', Array.from({ length: 60_000 }, (_, seq) => ({ seq, at: seq, value: seq })));
    for (let seq = 0; seq < 60_000; seq += 2) await draft.removeRange('history', seq, seq);
    // A baseline that is gone is looked for in what stays.
    for (let seq = 0; seq < 60_000; seq += 4_096) await draft.readForward('history', seq, 4_096);
    return performance.now() - begun;
  });
  // Where each is compared with all that were removed before it, this takes seconds.
  expect(took).toBeLessThan(3_000);
});
