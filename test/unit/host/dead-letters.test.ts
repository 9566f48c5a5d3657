import { describe, expect, test } from 'vitest';
import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('tells what a strategy of the app could not do, and tries again when asked', async () => {
    let isBroken = true;
    const strategies = createStrategyRegistry({
      own: () => ({
        suggestActions: (_history, actions) => {
          if (isBroken) throw new Error('no');
          return actions;
        },
      }),
    });
    const { api, clock } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' } } }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    for (let turn = 0; turn < 3; turn += 1) {
      await ok(api.poke({ loop: 'a' }));
      clock.advance(300_000);
    }
    const { inspection } = await ok(api.inspect({ loop: 'a' }));
    expect(inspection.deadLetters.items).toMatchObject([{ seq: 0, attempts: 3, actions: [{ steps: 1 }], reason: { code: 'strategy.failed' } }]);
    isBroken = false;
    expect(await ok(api.retryDeadLetters({ loop: 'a', seqs: [0, 5] }))).toEqual({ retried: 1 });
    expect(await ok(api.poke({ loop: 'a' }))).toMatchObject({ processed: 1 });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toHaveLength(1);
  });

  test.each(['another strategy is chosen', 'dead letters are retried'])('whose strategy failed at everything tries again at once when %s', async (what) => {
    let isBroken = true;
    const own = (): GoalFeedbackStrategy => ({ suggestActions: (_history, actions) => (isBroken ? Promise.reject(new Error('no')) : actions) });
    const { api, clock } = createTestHost({ strategies: createStrategyRegistry({ own, other: own }) });
    const choose = (type: string) => ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type }, maxAttempts: 1 } }));
    await choose('own');
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    for (let seq = 0; seq < 12; seq += 1) await ok(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
    // Three fail in a row, then all others wait, each time for longer.
    for (let turn = 0; turn < 3; turn += 1) {
      const { nextAt } = await ok(api.poke({ loop: 'a' }));
      if (turn < 2) clock.advance((nextAt ?? 0) - clock.now());
    }
    const look = async () => (await ok(api.inspect({ loop: 'a' }))).inspection;
    const { backoff, pending, deadLetters } = await look();
    expect([backoff?.failures, pending.count, deadLetters.count]).toEqual([3, 3, 9]);
    isBroken = false;
    expect(await ok(api.poke({ loop: 'a' }))).toMatchObject({ processed: 0 });

    if (what === 'another strategy is chosen') await choose('other');
    else await ok(api.retryDeadLetters({ loop: 'a', seqs: [0] }));
    await ok(api.poke({ loop: 'a' }));
    expect(await look()).toMatchObject({ pending: { count: 0 }, backoff: null });
  });

  test('discards nothing under the id of a call that asked to retry the same dead letters', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: () => Promise.reject(new Error('no')) }) });
    const { api } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' }, maxAttempts: 1 } }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    await ok(api.poke({ loop: 'a' }));
    const request = { loop: 'a', seqs: [0], call: { client, seq: 1 } };
    expect(await ok(api.retryDeadLetters(request))).toEqual({ retried: 1 });
    expect(await api.discardDeadLetters(request)).toMatchObject({ ok: false, error: { code: 'receipt.conflict' } });
  });

  test('retrying more dead letters than there is room for changes nothing, and the loop goes on', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: () => Promise.reject(new Error('no')) }) });
    const { api, clock } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' }, pendingLimit: 2 } }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    for (const seq of [0, 1]) {
      await ok(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      for (let turn = 0; turn < 4; turn += 1) {
        await ok(api.poke({ loop: 'a' }));
        clock.advance(400_000);
      }
    }
    await ok(api.record({ loop: 'a', client, seq: 2, actions: [{ n: 2 }] }));
    expect(await api.retryDeadLetters({ loop: 'a', seqs: [0, 1] })).toMatchObject({ ok: false, error: { code: 'queue.full' } });
    expect((await ok(api.inspect({ loop: 'a' }))).inspection).toMatchObject({ pending: { count: 1 }, deadLetters: { count: 2, items: [{}, {}] } });
    expect(await ok(api.record({ loop: 'a', client, seq: 3, actions: [{ n: 3 }] }))).toMatchObject({ receipt: { count: 1 } });
  });

  test('a dead letter that was listed before the loop was erased takes no later one with it', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: () => Promise.reject(new Error('no')) }) });
    const { api, clock } = createTestHost({ strategies });
    const fail = async (seq: number): Promise<{ seqs: number[]; ats: number[] }> => {
      await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' } } }));
      await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
      await ok(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      for (let turn = 0; turn < 4; turn += 1) {
        await ok(api.poke({ loop: 'a' }));
        clock.advance(400_000);
      }
      const { items } = (await ok(api.inspect({ loop: 'a' }))).inspection.deadLetters;
      return { seqs: items.map((letter) => letter.seq), ats: items.map(({ at }) => at) };
    };
    const listed = await fail(0);
    await ok(api.erase({ loop: 'a' }));
    const later = await fail(1);
    expect(later.seqs).toEqual(listed.seqs);
    expect(await ok(api.discardDeadLetters({ loop: 'a', ...listed }))).toEqual({ discarded: [] });
    expect(await ok(api.discardDeadLetters({ loop: 'a', ...later }))).toEqual({ discarded: later.seqs });
  });
});
