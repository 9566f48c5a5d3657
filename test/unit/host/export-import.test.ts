import { describe, expect, test } from 'vitest';
import type { Action } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import type { LoopSettings } from '../../../src/model/settings.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

const empty = { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 0, goalState: null, analysis: {}, history: [], pending: [] };

/** A device with one loop, whose strategy fails at everything. */
async function createDevice(settings: LoopSettings = {}) {
  const strategies = createStrategyRegistry({ failing: () => ({ suggestActions: () => Promise.reject(new Error('no')) }) });
  const { api, clock, persistence } = createTestHost({ strategies });
  let seq = 0;
  const configure = (changed: LoopSettings) => ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'failing' }, ...changed } }));
  await configure(settings);
  return {
    api,
    clock,
    persistence,
    configure,
    setGoal: () => ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } })),
    record: async (actions: readonly Action[]) => ok(api.record({ loop: 'a', client, seq: (seq += 1), actions })),
    work: () => ok(api.poke({ loop: 'a' })),
    export: async () => JSON.parse(JSON.stringify(await ok(api.exportLoop({ loop: 'a' })))) as typeof empty,
    import: (data: unknown) => api.importLoop({ loop: 'a', data }),
  };
}

/** What another device, with the same settings, holds after it imported what this one exported. */
async function moved(file: unknown, settings: LoopSettings = {}) {
  const device = await createDevice(settings);
  await ok(device.import(file));
  return device.export();
}

test('an export comes back whole though more calls wait than pendingLimit: each action that failed waits by itself', async () => {
  const settings = { pendingLimit: 2 };
  const device = await createDevice(settings);
  await device.setGoal();
  await device.record([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  await device.work();
  const file = await device.export();
  expect(file.pending.length).toBeGreaterThan(settings.pendingLimit);
  const { pending, goalState } = await moved(file, settings);
  expect([pending, goalState]).toEqual([file.pending, file.goalState]);
});

test('an import says how many actions it brought, those too that wait', async () => {
  const device = await createDevice();
  await device.record([{ n: 0 }, { n: 1 }]);
  const file = { ...(await device.export()), history: [{ at: 0, action: { n: 2 } }] };
  expect(await ok((await createDevice()).import(file))).toEqual({ actions: 3 });
});

test('an export comes back whole with more than ten thousand calls that wait', async () => {
  const settings = { pendingLimit: 20_000 };
  const device = await createDevice(settings);
  await Promise.all(Array.from({ length: 10_001 }, (_none, n) => device.record([{ n }])));
  const file = await device.export();
  expect(file.pending).toHaveLength(10_001);
  expect((await moved(file, settings)).pending).toEqual(file.pending);
});

test('an import of more calls than a loop holds is refused, and nothing is changed', async () => {
  const { import: importInto, export: exportFrom } = await createDevice();
  const calls = (count: number) => ({ ...empty, goalState: { steps: 1 }, pending: Array.from({ length: count }, (_none, n) => ({ actions: [{ n }] })) });
  expect(await importInto(calls(11_001))).toMatchObject({ ok: false, error: { code: 'queue.full', details: { limit: 11_000 } } });
  expect(await exportFrom()).toMatchObject({ goalState: null, pending: [] });
});

test('calls without actions in an import file wait for nothing', async () => {
  const file = { ...empty, pending: [{ actions: [] }, { actions: [{ n: 1 }] }, ...Array.from({ length: 20_000 }, () => ({ actions: [] }))] };
  expect((await moved(file)).pending).toEqual([{ actions: [{ n: 1 }] }]);
});

test('an export comes back whole with more metrics than a loop takes at once, which waited together, and their baselines stay bounded', async () => {
  const device = await createDevice();
  const metrics = (from: number) => Object.fromEntries(Array.from({ length: 900 }, (_none, n) => [`metric${from + n}`, n]));
  for (const from of [0, 900, 1_800]) await device.record([metrics(from)]);
  await device.work();
  const file = await device.export();
  expect(file.history).toHaveLength(3);
  const other = await createDevice();
  await ok(other.import(file));
  expect((await other.export()).history).toEqual(file.history);
  const { baselines } = (await ok(other.api.inspect({ loop: 'a' }))).inspection;
  expect(Object.keys(baselines)).toHaveLength(2_000);
});

test('an export comes back whole after another field was made the one that holds the time, and nothing in it grows younger by that', async () => {
  const device = await createDevice();
  const full = { list: Array.from({ length: 998 }, () => 1) };
  await device.record([{ time: 'noon' }, { steps: 1 }, full]);
  await device.work();
  await device.setGoal();
  await device.record([{ time: 'noon', steps: 2 }]);
  device.clock.advance(50_000);
  const settings = { timestampField: 'time', retentionWindow: 100_000 };
  await device.configure(settings);
  const file = await device.export();
  expect([file.history.length, file.pending.length]).toEqual([3, 1]);
  const other = await createDevice(settings);
  other.clock.advance(60_000);
  await ok(other.import(file));
  const { history, pending } = await other.export();
  expect([history, pending]).toEqual([file.history, file.pending]);
  other.clock.advance(60_000);
  await other.configure({ ...settings, outboxLimit: 5 });
  expect((await other.export()).history).toEqual([]);
});

const known = { goal: 10, current: 4, gap: 6, baseline: null, trend: 'stable', progressRatio: 0.5 };

test('an analysis comes back as it was, without what is no part of it', async () => {
  expect((await moved({ ...empty, analysis: { steps: { ...known, more: 1 } } })).analysis).toEqual({ steps: known });
});

test.each([{ goal: '10' }, { current: null }, { gap: undefined }, { baseline: undefined }, { baseline: 'x' }, { trend: 'up' }, { trend: undefined }, { progressRatio: true }])(
  'an analysis with %o in it is refused',
  async (wrong) => {
    const device = await createDevice();
    // Left out, where it is undefined: so JSON has it.
    const analysis = { steps: JSON.parse(JSON.stringify({ ...known, ...wrong })) };
    expect(await device.import({ ...empty, analysis })).toMatchObject({ ok: false, error: { code: 'message.invalid' } });
  },
);

test.each([Number.NaN, Infinity, 8.7e15, 'soon', null, {}, undefined])('an entry of an import file whose at is %o is as old as its timestamp says, or comes now', async (at) => {
  const history = [{ at, action: { n: 1, timestamp: 7 } }, { at, action: { n: 2 } }];
  const device = await createDevice();
  await ok(device.import({ ...empty, history }));
  const now = device.clock.now();
  expect((await device.export()).history).toEqual([
    { at: 7, action: { n: 1, timestamp: 7 } },
    { at: now, action: { n: 2, timestamp: new Date(now).toISOString() } },
  ]);
  expect(await device.import({ ...empty, history: [{ at, action: { timestamp: 'noon' } }] })).toMatchObject({ ok: false, error: { code: 'action.invalid' } });
});

test('an entry of an import file whose timestamp tells another time than its at is as old as its timestamp says', async () => {
  const timestamps = [7, '2026-01-05T08:00:00Z', '2026-01-05 08:00'];
  const { history } = await moved({ ...empty, history: timestamps.map((timestamp, n) => ({ at: 1_000, action: { n, timestamp } })) });
  expect(history.map((entry: { at?: number }) => entry.at)).toEqual([7, Date.UTC(2026, 0, 5, 8), Date.UTC(2026, 0, 5, 8)]);
});

test('an export of more than fifty million characters comes back whole where storageLimit allows as much, and nowhere else', async () => {
  const settings = { storageLimit: 60_000_000 };
  const device = await createDevice(settings);
  const text = 'x'.repeat(32_000);
  for (let call = 0; call < 7; call += 1) await device.record(Array.from({ length: 230 }, (_none, n) => ({ n, text })));
  await device.work();
  const file = await device.export();
  expect(file.history).toHaveLength(7 * 230);
  const { history } = await moved(file, settings);
  expect(history.length).toBe(file.history.length);
  expect(history.every((entry, index) => JSON.stringify(entry) === JSON.stringify(file.history[index]))).toBe(true);
  const other = await createDevice();
  expect(await other.import(file)).toMatchObject({ ok: false, error: { code: 'message.invalid', details: { problem: 'too large' } } });
  expect((await other.export()).history).toEqual([]);
});

describe('a host', () => {
  test('gives a loop as JSON and takes it back, on another device too', async () => {
    const here = createTestHost();
    await ok(here.api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(here.api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }, { steps: 2, timestamp: 7 }] }));
    const file: unknown = JSON.parse(JSON.stringify(await ok(here.api.exportLoop({ loop: 'a' }))));
    const there = createTestHost();
    expect(await ok(there.api.importLoop({ loop: 'b', data: file }))).toEqual({ actions: 2 });
    const { history, goalState } = await ok(there.api.exportLoop({ loop: 'b' }));
    expect([history, goalState]).toEqual([(file as { history: unknown }).history, { steps: 10 }]);
  });

  test.each([
    ['not a record', 'text'],
    ['another format', { format: 'x', version: 1, history: [], pending: [] }],
    ['a later version', { format: 'nudgeloop-export', version: 2, history: [], pending: [] }],
    ['a bad action', { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 1, goalState: null, analysis: {}, history: [{ at: 1, action: { n: null, bad: undefined } }, { at: 1, action: 7 }], pending: [] }],
    ['a bad analysis', { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 1, goalState: null, analysis: { steps: 1 }, history: [], pending: [] }],
  ])('refuses an import that is %s, and changes nothing', async (_title, data) => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    const answer = await api.importLoop({ loop: 'a', data });
    expect(answer.ok).toBe(false);
    expect(await ok(api.history({ loop: 'a' }))).toHaveLength(1);
  });

  test('an import with holes in its lists is refused, and the loop goes on', async () => {
    const { api } = createTestHost();
    const file = await ok(api.exportLoop({ loop: 'a' }));
    for (const part of ['history', 'pending']) {
      const answer = await api.importLoop({ loop: 'a', data: { ...file, [part]: Object.assign([], { length: 3 }) } });
      expect(answer).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(action|message)\.invalid$/) as string } });
    }
    expect(await ok(api.poke({ loop: 'a' }))).toMatchObject({ processed: 0, polled: 0, nextAt: null });
  });

  test('a loop with a hundred metrics comes back from its own export', async () => {
    const { api } = createTestHost();
    const metrics = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`metric${index}`, index]));
    await ok(api.setGoalState({ loop: 'a', goalState: metrics }));
    for (const seq of [0, 1]) await ok(api.record({ loop: 'a', client, seq, actions: [metrics] }));
    const data = await ok(api.exportLoop({ loop: 'a' }));
    expect(await ok(api.importLoop({ loop: 'b', data }))).toEqual({ actions: 2 });
    expect(Object.keys((await ok(api.inspect({ loop: 'b' }))).inspection.lastAnalysis)).toHaveLength(100);
  });
});
