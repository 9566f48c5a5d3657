import { createLog, createMemoryPersistence, createSequentialIds, createSimulatedClock, NudgeloopError } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import { createLazyHost } from '../../../src/host/lazy-host.ts';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import type { LogEvent } from '../../../src/log/log.ts';
import { readBroadcast, type HostEvent } from '../../../src/protocol/events.ts';
import { settle } from '../../../src/testing/settle.ts';

test('a call that was done is answered as done, though the database can\'t be asked afterwards which one it is', async () => {
  const clock = createSimulatedClock(1_000);
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  let isLost = false;
  // A newer version of the app upgrades the database: what is under way ends well, and nothing is opened after it.
  const persistence = {
    ...memory,
    epoch: () => (isLost ? Promise.reject(new NudgeloopError('storage.newer', 'a newer version has it')) : memory.epoch()),
  };
  const { api } = createLazyHost({
    kind: 'page',
    clock,
    newId: createSequentialIds('id'),
    log: createLog(() => clock.now()),
    strategies: createStrategyRegistry(),
    openPersistence: async () => persistence,
    publish: () => undefined,
    exclusively: (_name, work) => work(),
  });
  expect(await api.setGoalState({ loop: 'a', goalState: { steps: 1 } })).toMatchObject({ ok: true, epoch: 'epoch-1' });
  isLost = true;
  expect(await api.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] })).toMatchObject({ ok: true, value: [{ steps: expect.any(Number) }] });
});

test('what is logged at the level debug is told in the realm of the host, and costs the tabs no message', async () => {
  const log = createLog(() => 0);
  const heard: unknown[] = [];
  const told: HostEvent[] = [];
  createLazyHost({
    kind: 'service-worker',
    clock: createSimulatedClock(1_000),
    newId: createSequentialIds('id'),
    log,
    strategies: createStrategyRegistry(),
    openPersistence: async () => createMemoryPersistence({ newId: createSequentialIds('epoch') }),
    publish: (data) => void heard.push(data),
    told: (event) => void told.push(event),
    exclusively: (_name, work) => work(),
  });
  log.debug('actions.recorded', { loop: 'a', actions: 1 });
  expect(heard).toEqual([]);
  expect(told).toMatchObject([{ type: 'log', event: { level: 'debug', code: 'actions.recorded' } }]);
});

test.each([true, false])('everybody hears what goes wrong while the database is opened, whether it opens in the end (%j) or not', async (opens) => {
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  const log = createLog(() => 0);
  const heard: (LogEvent | undefined)[] = [];
  const told: HostEvent[] = [];
  const { api } = createLazyHost({
    kind: 'service-worker',
    clock: createSimulatedClock(1_000),
    newId: createSequentialIds('id'),
    log,
    strategies: createStrategyRegistry(),
    async openPersistence() {
      log.warn('storage.memory', { code: 'storage.failed' });
      if (!opens) throw new NudgeloopError('storage.blocked', 'another tab holds it');
      return memory;
    },
    publish(data) {
      const event = readBroadcast(data)?.event;
      heard.push(event?.type === 'log' ? event.event : undefined);
    },
    told: (event) => told.push(event),
    exclusively: (_name, work) => work(),
  });
  expect(await api.nudges({ loop: 'a', after: -1 })).toMatchObject({ ok: opens });
  await settle();
  const warning = { at: 0, level: 'warn', code: 'storage.memory', fields: { code: 'storage.failed' } };
  const failure = { at: 0, level: 'error', code: 'call.failed', fields: { call: 'open', code: 'storage.blocked' } };
  const expected = opens ? [warning] : [warning, failure];
  expect(heard).toEqual(expected);
  expect(told).toEqual(expected.map((event) => ({ type: 'log', event })));
});

test('a host whose database could not be opened opens it at the next call', async () => {
  const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
  let tries = 0;
  const { api } = createLazyHost({
    kind: 'service-worker',
    clock: createSimulatedClock(1_000),
    newId: createSequentialIds('id'),
    log: createLog(() => 0),
    strategies: createStrategyRegistry(),
    async openPersistence() {
      tries += 1;
      if (tries === 1) throw new NudgeloopError('storage.blocked', 'another tab holds it');
      return memory;
    },
    publish: () => undefined,
    exclusively: (_name, work) => work(),
  });
  const nudges = () => api.nudges({ loop: 'a', after: -1 });
  expect(await Promise.all([nudges(), nudges()])).toMatchObject([{ ok: false, error: { code: 'storage.blocked' } }, { ok: false }]);
  expect(await Promise.all([nudges(), nudges()])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(tries).toBe(2);
});
