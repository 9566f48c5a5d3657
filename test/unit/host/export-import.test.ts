import { expect, test } from 'vitest';
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
  'an analysis with %j in it is refused',
  async (wrong) => {
    const device = await createDevice();
    // Left out, where it is undefined: so JSON has it.
    const analysis = { steps: JSON.parse(JSON.stringify({ ...known, ...wrong })) };
    expect(await device.import({ ...empty, analysis })).toMatchObject({ ok: false, error: { code: 'message.invalid' } });
  },
);

test.each([Number.NaN, Infinity, 8.7e15, 'soon', null, {}, undefined])('an entry of an import file whose at is %j is as old as its timestamp says, or comes now', async (at) => {
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
