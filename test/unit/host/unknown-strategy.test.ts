import { describe, expect, test } from 'vitest';
import { createLog, createMemoryActionSource, NudgeloopError } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

const choice = { strategy: { type: 'own' } };

/**
 * A loop whose strategy one host knows, and a second host over the same storage that does not: the worker of an earlier
 * release, which old tabs go on with.
 */
async function setUp(options: Parameters<typeof createTestHost>[0] = {}, trusted = false) {
  const judged: unknown[] = [];
  const strategies = createStrategyRegistry({ own: () => ({ trusted, suggestActions: (_history, actions) => (judged.push(...actions.map(({ n }) => n)), actions) }) });
  const knowing = createTestHost({ strategies });
  await ok(knowing.api.hello({ protocol: range, loop: 'a', settings: choice }));
  await ok(knowing.api.setGoalState({ loop: 'a', goalState: { n: 9 } }));
  await ok(knowing.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }] }));
  await knowing.host.work('a');
  judged.splice(0);
  const log = createLog(() => 0);
  const lacking = createTestHost({ log, ...options }, knowing.persistence);
  const told = () => log.recent().filter(({ level }) => level !== 'debug' && level !== 'info').map(({ code, fields }) => [code, fields]);
  return { knowing, lacking, judged, told };
}

const numbers = (entries: readonly { readonly action: Record<string, unknown> }[]) => entries.map(({ action }) => action['n']);

describe('a host that does not know the stored strategy of a loop', () => {
  test.each([false, true])('takes what pages record, and leaves it to a host that knows it, which judges it in order and once (trusted: %s)', async (trusted) => {
    const { knowing, lacking } = await setUp({}, trusted);
    const first = await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }));
    expect(first).toMatchObject({ receipt: { count: 1, duplicate: false }, nudges: [], isPending: true });
    expect(await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }))).toMatchObject({ receipt: { duplicate: true } });
    await ok(knowing.api.record({ loop: 'a', client, seq: 2, actions: [{ n: 3 }] }));
    await ok(lacking.api.record({ loop: 'a', client, seq: 3, actions: [{ n: 4 }] }));
    expect(await lacking.host.work('a')).toEqual({ processed: 0, polled: 0, nextAt: null });
    expect(await knowing.host.work('a')).toEqual({ processed: 3, polled: 0, nextAt: null });
    expect(numbers(await ok(lacking.api.history({ loop: 'a' })))).toEqual([1, 2, 3, 4]);
    const nudges = await ok(lacking.api.nudges({ loop: 'a', after: -1 }));
    expect(nudges.flatMap(({ cause, suggestions }) => (cause === 'actions' ? suggestions.map(({ n }) => n) : []))).toEqual([1, 2, 3, 4]);
  });

  test('counts no try, makes no dead letter and does not wake itself, and says so once in the log', async () => {
    const { lacking, told } = await setUp();
    expect(await lacking.host.wake('activate')).toMatchObject({ nextAt: null });
    expect(told()).toEqual([]);
    for (let seq = 1; seq < 6; seq += 1) {
      await ok(lacking.api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      const looks = [await lacking.host.work('a'), await lacking.host.wake('sync'), await ok(lacking.api.poke({ loop: 'a' }))];
      for (const look of looks) expect(look).toMatchObject({ processed: 0, polled: 0, nextAt: null });
    }
    expect(told()).toEqual([['strategy.failed', { loop: 'a', code: 'strategy.unknown' }]]);
    const { inspection } = await ok(lacking.api.inspect({ loop: 'a' }));
    expect(inspection).toMatchObject({ pending: { count: 5 }, deadLetters: { count: 0 }, backoff: null, settings: choice });
    expect(inspection.pending.items[0]).toMatchObject({ actions: [{ n: 1 }], attempts: 0, nextAt: null });
  });

  test.each([false, true])('leaves nothing behind a suggestion that a host gives which knows it (trusted: %s)', async (trusted) => {
    const { knowing, lacking, judged } = await setUp({}, trusted);
    await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }));
    expect(await ok(knowing.api.suggestActions({ loop: 'a', history: [], actions: [{ n: 3 }] }))).toMatchObject([{ n: 3, goalFeedback: { analysis: { n: { current: 2 } } } }]);
    expect(numbers(await ok(knowing.api.history({ loop: 'a' })))).toEqual([1, 2, 3]);
    // A trusted one may be asked before it is known that something waits.
    expect(judged.slice(-2)).toEqual([2, 3]);
    await ok(lacking.api.record({ loop: 'a', client, seq: 2, actions: [{ n: 4 }] }));
    // A history that is passed replaces the stored one, and what waits comes after it.
    await ok(knowing.api.suggestActions({ loop: 'a', history: [{ n: 10 }], actions: [{ n: 11 }] }));
    await knowing.host.work('a');
    expect(numbers(await ok(knowing.api.history({ loop: 'a' })))).toEqual([10, 11, 4]);
  });

  test('answers what needs no strategy, with what waits', async () => {
    const { knowing, lacking } = await setUp();
    await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }));
    expect(numbers(await ok(lacking.api.history({ loop: 'a' })))).toEqual([1]);
    const data = await ok(lacking.api.exportLoop({ loop: 'a' }));
    expect(data.pending).toMatchObject([{ actions: [{ n: 2 }] }]);
    const [nudge] = await ok(lacking.api.nudges({ loop: 'a', after: -1 }));
    expect(await ok(lacking.api.acknowledge({ loop: 'a', nudges: [nudge!] }))).toEqual({ acknowledged: [nudge!.seq] });
    expect(await ok(lacking.api.resetHistory({ loop: 'a' }))).toEqual({ removed: 1 });
    expect(await ok(lacking.api.importLoop({ loop: 'a', data }))).toEqual({ actions: 2 });
    expect(await ok(lacking.api.erase({ loop: 'a' }))).toMatchObject({ actions: 1, pending: 2 });
    expect(await ok(knowing.api.history({ loop: 'a' }))).toEqual([]);
    // Before a page greets again.
    expect(await ok(lacking.api.record({ loop: 'a', client, seq: 2, actions: [{ n: 3 }] }))).toMatchObject({ receipt: { count: 1 } });
  });

  test('keeps a new goal, about which a host that knows the strategy asks it', async () => {
    const { knowing, lacking, judged } = await setUp();
    expect(await ok(lacking.api.setGoalState({ loop: 'a', goalState: { n: 20 } }))).toEqual({ changed: true });
    expect(await lacking.host.work('a')).toMatchObject({ nextAt: null });
    expect((await ok(lacking.api.inspect({ loop: 'a' }))).inspection).toMatchObject({ goalState: { n: 20 }, backoff: null });
    await knowing.host.work('a');
    expect(judged).toEqual([1]);
    expect((await ok(knowing.api.nudges({ loop: 'a', after: -1 }))).at(-1)).toMatchObject({ cause: 'goal', goalState: { n: 20 } });
  });

  test('takes no more than may wait, and what its sources bring', async () => {
    const source = createMemoryActionSource('watch', 'a');
    source.push({ n: 7 });
    const { knowing, lacking, judged } = await setUp({ sources: [source], settings: { pendingLimit: 2 } });
    expect(await lacking.host.wake('sync')).toEqual({ processed: 0, polled: 1, nextAt: null });
    await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 8 }] }));
    expect(await lacking.api.record({ loop: 'a', client, seq: 2, actions: [{ n: 9 }] })).toMatchObject({ ok: false, error: { code: 'queue.full' } });
    await knowing.host.work('a');
    expect(judged).toEqual([7, 8]);
  });

  test('refuses what needs the strategy: suggestions, and pages that choose it themselves', async () => {
    const { lacking } = await setUp();
    const refused = { ok: false, error: { code: 'strategy.unknown', details: { strategy: 'own' } } };
    expect(await lacking.api.hello({ protocol: range, loop: 'a', settings: choice })).toMatchObject(refused);
    expect(await lacking.api.suggestActions({ loop: 'a', history: [], actions: [{ n: 2 }] })).toMatchObject(refused);
    // Nor once the loop is at work without it.
    expect(await lacking.api.hello({ protocol: range, loop: 'a', settings: choice })).toMatchObject(refused);
    expect(await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }))).toMatchObject({ isPending: true });
    expect(numbers(await ok(lacking.api.history({ loop: 'a' })))).toEqual([1]);
  });

  test('does the work itself once a page chooses a strategy that it knows', async () => {
    const { lacking } = await setUp();
    await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }));
    await ok(lacking.api.hello({ protocol: range, loop: 'a', settings: {} }));
    expect(await lacking.host.work('a')).toMatchObject({ processed: 1 });
    expect(numbers(await ok(lacking.api.history({ loop: 'a' })))).toEqual([1, 2]);
  });

  test.each([
    ['whose maker refuses the stored options', () => { throw new NudgeloopError('internal', 'no'); }],
    ['that is none', () => ({})],
  ])('does the same with a strategy %s, as in an earlier release of it', async (_title, make) => {
    const { lacking, told } = await setUp({ strategies: createStrategyRegistry({ own: make as never }) });
    expect(await ok(lacking.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }))).toMatchObject({ isPending: true });
    expect(await lacking.host.work('a')).toMatchObject({ processed: 0, nextAt: null });
    expect(told()).toEqual([['strategy.failed', { loop: 'a', code: 'options.invalid' }]]);
    expect(await lacking.api.hello({ protocol: range, loop: 'a', settings: choice })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
  });
});

test('a strategy that could not be made at first, is made when a page greets again', async () => {
  let isReady = true;
  const strategies = createStrategyRegistry({
    own: () => {
      if (!isReady) throw new Error('its data is not loaded yet');
      return { suggestActions: (_history, actions) => actions };
    },
  });
  const first = createTestHost({ strategies });
  await ok(first.api.hello({ protocol: range, loop: 'a', settings: choice }));
  await ok(first.api.setGoalState({ loop: 'a', goalState: { n: 9 } }));
  isReady = false;
  const next = createTestHost({ strategies }, first.persistence);
  await ok(next.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }] }));
  isReady = true;
  await ok(next.api.hello({ protocol: range, loop: 'a', settings: choice }));
  expect(await next.host.work('a')).toMatchObject({ processed: 1 });
});

test('a goal that was set at a host without the strategy is judged before what is recorded later, and no action twice', async () => {
  const strategies = createStrategyRegistry({ own: () => ({ trusted: true, suggestActions: (_history, actions, goal) => actions.map(({ n = null }) => ({ n, goal: goal['n'] ?? null })) }) });
  const knowing = createTestHost({ strategies });
  await ok(knowing.api.hello({ protocol: range, loop: 'a', settings: choice }));
  await ok(knowing.api.setGoalState({ loop: 'a', goalState: { n: 9 } }));
  await ok(knowing.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }] }));
  const lacking = createTestHost({}, knowing.persistence);
  await ok(lacking.api.setGoalState({ loop: 'a', goalState: { n: 20 } }));
  await ok(knowing.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 2 }] }));
  await knowing.host.work('a');
  const nudges = await ok(knowing.api.nudges({ loop: 'a', after: -1 }));
  expect(nudges.flatMap(({ cause, suggestions }) => suggestions.map(({ n, goal }) => [cause, n, goal]))).toEqual([
    ['actions', 1, 9],
    ['goal', 1, 20],
    ['actions', 2, 20],
  ]);
});
