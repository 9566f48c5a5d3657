import { describe, expect, test, vi } from 'vitest';
import { createLog, createMemoryActionSource, createMemoryPersistence, createSequentialIds, NudgeloopError, type GoalFeedbackPersistence, type GoalFeedbackStrategy } from 'nudgeloop/core';
import { withFaults } from 'nudgeloop/testing';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { STATE_KEY } from '../../../src/loop/state/loop-state.ts';
import type { JsonValue } from '../../../src/model/plain-data.ts';
import type { Answer } from '../../../src/protocol/api.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('says of a wake-up that the disk refused that work is left, so that the browser comes back', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let isFull = false;
    const persistence: GoalFeedbackPersistence = {
      ...memory,
      read: (loop, work) => (isFull ? Promise.reject(new NudgeloopError('storage.quota', 'full')) : memory.read(loop, work)),
    };
    const { host, api } = createTestHost({}, persistence);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect((await host.wake('sync')).nextAt).toBeNull();
    isFull = true;
    expect((await host.wake('sync')).nextAt).toBe(1_000);
  });

  test('says of work on a loop that the disk refused it, and that it is left, as of a wake-up; and logs what failed otherwise', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let failure: NudgeloopError | undefined;
    const persistence: GoalFeedbackPersistence = { ...memory, read: (loop, work) => (failure === undefined ? memory.read(loop, work) : Promise.reject(failure)) };
    const log = createLog(() => 0);
    const { host, api } = createTestHost({ log }, persistence);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect(await host.work('a')).toMatchObject({ nextAt: null });
    failure = new NudgeloopError('storage.quota', 'full');
    expect(await host.work('a')).toEqual({ processed: 0, polled: 0, nextAt: 1_000 });
    failure = new NudgeloopError('internal', 'broken');
    expect(await host.work('a')).toEqual({ processed: 0, polled: 0, nextAt: null });
    const told = log.recent().filter(({ code }) => code === 'call.failed');
    expect(told.map(({ fields }) => fields)).toEqual([
      { call: 'work', loop: 'a', code: 'storage.quota' },
      { call: 'work', loop: 'a', code: 'internal' },
    ]);
  });

  test('a poke for pending work asks no source; one that is refused says so to the page, which comes back later each time', async () => {
    let polls = 0;
    const sources = [{ name: 'watch', loop: 'a', poll: async () => ({ actions: [], cursor: (polls += 1) }) }];
    const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
    const { api } = createTestHost({ sources }, storage);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    expect(await ok(api.poke({ loop: 'a', onlyPending: true }))).toEqual({ processed: 0, polled: 0, nextAt: null });
    expect(polls).toBe(0);
    await ok(api.poke({ loop: 'a' }));
    expect(polls).toBe(1);
    storage.faults.failReads('storage.failed');
    expect(await api.poke({ loop: 'a', onlyPending: true })).toMatchObject({ ok: false, error: { code: 'storage.failed' } });
  });

  test.each(['hello', 'inspect'] as const)('answers %s with the life of the loop and that of the database that were true at one time, whenever the database is lost', async (method) => {
    for (let reads = 1; reads < 8; reads += 1) {
      const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
      let left = Infinity;
      const persistence: GoalFeedbackPersistence = {
        ...storage,
        async read(loop, work) {
          const result = await storage.read(loop, work);
          left -= 1;
          if (left === 0) await storage.faults.loseDatabase();
          return result;
        },
      };
      const { api } = createTestHost({}, persistence);
      const settings = {};
      await ok(api.hello({ protocol: range, loop: 'a', settings }));
      await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
      const before = await ok(api.hello({ protocol: range, loop: 'a', settings }));
      left = reads;
      const now = method === 'hello' ? await ok(api.hello({ protocol: range, loop: 'a', settings })) : (await ok(api.inspect({ loop: 'a' }))).host;
      expect(now.incarnation === before.incarnation).toBe(now.epoch === before.epoch);
    }
  });

  test('has room for suggestions as for actions: with neither beyond the limit that holds where none is set', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    const { api } = createTestHost({}, memory);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    await memory.write('a', async (transaction) => {
      const state = (await transaction.readDocument(STATE_KEY)) as Record<string, JsonValue>;
      transaction.writeDocument(STATE_KEY, { ...state, history: { ...(state['history'] as object), bytes: 50_000_000 } }, 0);
    });
    const other = createTestHost({}, memory).api;
    for (const answer of [other.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }), other.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] })]) {
      expect(await answer).toMatchObject({ ok: false, error: { code: 'storage.quota' } });
    }
  });

  test('agrees on a protocol and says who it is', async () => {
    const { api } = createTestHost();
    const hello = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 3 } }));
    expect(hello).toMatchObject({ protocol: 1, epoch: 'epoch-1', host: 'page', durable: false, settings: { retentionLimit: 3 } });
  });

  test('says of an answer without nudges whether they are to come', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: (_history, actions) => actions }) });
    const { api } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'own', settings: { strategy: { type: 'own' } } }));
    const record = async (loop: string, seq: number) => (await ok(api.record({ loop, client, seq, actions: [{ n: seq }] }))).isPending;
    expect(await record('a', 0)).toBe(false);
    expect(await record('own', 1)).toBe(true);
    // Its first copy may have died before anybody looked at it.
    expect(await record('own', 1)).toBe(true);
  });

  test('says that one side must be updated when there is no common protocol', async () => {
    const { api } = createTestHost();
    expect(await api.hello({ protocol: { min: 7, max: 9 }, loop: 'a', settings: {} })).toMatchObject({ ok: false, error: { code: 'update.needed' } });
  });

  test('answers for a loop again once what refused it is over, though it was refused twice before', async () => {
    const storage = withFaults(createMemoryPersistence({ newId: createSequentialIds('epoch') }));
    storage.faults.failReads();
    const { api } = createTestHost({}, storage);
    const calls = [api.nudges({ loop: 'a', after: -1 }), api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'nowhere' } } })];
    expect(await Promise.all(calls)).toMatchObject([{ ok: false }, { ok: false }]);
    storage.faults.heal();
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([]);
  });

  test('a greeting that is refused, as of a newer page, refuses no call of another tab', async () => {
    for (const isOpen of [false, true]) {
      const { api } = createTestHost();
      if (isOpen) await ok(api.nudges({ loop: 'a', after: -1 }));
      const greeting = api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'of-a-newer-version' } } });
      const calls = [0, 1, 2].map((seq) => api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      expect(await greeting).toMatchObject({ ok: false, error: { code: 'strategy.unknown' } });
      for (const call of calls) await ok(call);
      const entries = await ok(api.history({ loop: 'a' }));
      expect(entries.map(({ action }) => action['n'])).toEqual([0, 1, 2]);
    }
  });

  test('a refused greeting between calls and other greetings changes neither their order nor their answers', async () => {
    const refused = { strategy: { type: 'of-a-newer-version' } };
    for (const [first, second] of [[refused, { retentionLimit: 500 }], [{ retentionLimit: 500 }, refused], [refused, refused]]) {
      const { api } = createTestHost();
      const calls: ReturnType<typeof api.record>[] = [];
      const greet = (settings: object | undefined) => void api.hello({ protocol: range, loop: 'a', settings: settings ?? {} });
      const record = (seq: number) => void calls.push(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
      greet(first);
      record(0);
      greet(second);
      record(1);
      greet(refused);
      record(2);
      for (const call of calls) await ok(call);
      expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => action['n'])).toEqual([0, 1, 2]);
    }
  });

  test('calls under way when another tab greets with other settings are stored before those after it', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    let held: Promise<void> | undefined;
    const persistence: GoalFeedbackPersistence = {
      ...memory,
      async write(loop, work) {
        const slow = held;
        held = undefined;
        const result = await memory.write(loop, work);
        // A disk that takes its time with one transaction.
        await slow;
        return result;
      },
    };
    const { api } = createTestHost({}, persistence);
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 0 }] }));
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    const calls: ReturnType<typeof api.record>[] = [];
    const record = (seq: number) => calls.push(api.record({ loop: 'a', client, seq, actions: [{ n: seq }] }));
    record(1);
    await settle();
    record(2);
    const greeting = api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 500 } });
    record(3);
    await settle();
    release();
    for (const call of [...calls, greeting]) await ok<unknown>(call);
    expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => action['n'])).toEqual([0, 1, 2, 3]);
  });

  test('holds a thousand loops ready, answers for each of many more, and tells nobody of a change when it reads one again', async () => {
    const { api, host, heard } = createTestHost();
    for (let n = 0; n < 1_100; n += 1) {
      await ok(api.setGoalState({ loop: `loop-${n}`, goalState: { n: 2_000 } }));
      await ok(api.record({ loop: `loop-${n}`, client, seq: n, actions: [{ n }] }));
    }
    await settle();
    heard.length = 0;
    expect(await ok(api.history({ loop: 'loop-0' }))).toHaveLength(1);
    await host.wake('sync');
    await settle();
    expect(heard).toEqual([]);
    expect(await ok(api.record({ loop: 'another', client, seq: 2_000, actions: [{ n: 1 }] }))).toMatchObject({ receipt: { count: 1 } });
  });

  test('takes actions, keeps the nudge until it is acknowledged, and tells everybody', async () => {
    const { api, heard } = createTestHost();
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    const { receipt, nudges } = await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 4 }] }));
    expect(receipt).toEqual({ id: `${client}-0`, loop: 'a', count: 1, durable: false, duplicate: false });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual(nudges);
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [...nudges, ...nudges, { seq: 99, id: 'x' }] }))).toEqual({ acknowledged: [0] });
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [...nudges] }))).toEqual({ acknowledged: [] });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([]);
    await settle();
    const events = heard.map(({ event }) => event).filter(({ type }) => type !== 'log');
    expect(events).toContainEqual({ type: 'nudges.acknowledged', loop: 'a', seqs: [0] });
    expect(events).toContainEqual({ type: 'loop.changed', loop: 'a', revision: 2, outbox: 1 });
  });

  test('uses the stored settings when it wakes without a page', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 1, strategy: { type: 'personality', personality: 'cautious' } } }));
    const second = createTestHost({}, first.persistence);
    await ok(second.api.setGoalState({ loop: 'a', goalState: { steps: 8 } }));
    await ok(second.api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 4 }] }));
    const { nudges } = await ok(second.api.record({ loop: 'a', client, seq: 1, actions: [{ steps: 5 }] }));
    expect(nudges[0]?.suggestions[0]?.['steps']).toBe(5);
    expect((await ok(second.api.inspect({ loop: 'a' }))).inspection.history.count).toBe(1);
  });

  test('prunes at once when a page asks for a smaller history', async () => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }, { n: 3 }] }));
    await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 2 } }));
    expect((await ok(api.inspect({ loop: 'a' }))).inspection).toMatchObject({ history: { count: 2 }, baselines: { n: 2 } });
  });

  test('lets its own script fix settings that a page cannot change, and says in the log that a page asked for others', async () => {
    const log = createLog(() => 0);
    const { api } = createTestHost({ log, settings: { retentionLimit: 2 } });
    const overridden = () => log.recent().filter(({ code }) => code === 'settings.overridden');
    const agreed = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 2, outboxLimit: 5 } }));
    expect(agreed.settings).toEqual({ retentionLimit: 2, outboxLimit: 5 });
    expect(overridden()).toEqual([]);
    const hello = await ok(api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 1_000, outboxLimit: 5 } }));
    expect(hello.settings).toEqual({ retentionLimit: 2, outboxLimit: 5 });
    expect(overridden()).toMatchObject([{ level: 'info', fields: { loop: 'a' } }]);
  });

  test('lets its own script fix the strategy, says so, and goes on with its work whatever pages choose', async () => {
    const log = createLog(() => 0);
    const answers: (() => void)[] = [];
    const strategy: GoalFeedbackStrategy = { suggestActions: (_history, actions) => new Promise((resolve) => answers.push(() => resolve(actions))) };
    const { api } = createTestHost({ log, strategy });
    const greet = (type: string) => ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type } } }));
    expect((await greet('gentle')).settings).toEqual({ strategy: { type: 'worker' } });
    expect((await ok(api.inspect({ loop: 'a' }))).inspection.settings).toEqual({ strategy: { type: 'worker' } });
    expect(log.recent().map(({ code }) => code)).toContain('settings.overridden');
    await ok(api.setGoalState({ loop: 'a', goalState: { n: 9 } }));
    for (const n of [1, 2]) await ok(api.record({ loop: 'a', client, seq: n, actions: [{ n }] }));
    const poked = ok(api.poke({ loop: 'a' }));
    await vi.waitUntil(() => answers.length === 1);
    await greet('bold');
    answers[0]!();
    await vi.waitUntil(() => answers.length === 2);
    answers[1]!();
    expect((await poked).processed).toBe(2);
  });

  test.each(['for a wake-up', 'for a page that was open'])('a setting that its script no longer fixes is no longer in force, %s', async (forWhom) => {
    const first = createTestHost({ settings: { retentionLimit: 1, timestampField: 'when' } });
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { outboxLimit: 5 } }));
    await ok(first.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }] }));
    const { inspection, host } = await ok(first.api.inspect({ loop: 'a' }));
    expect([inspection.settings, host.settings]).toEqual([host.settings, { outboxLimit: 5, retentionLimit: 1, timestampField: 'when' }]);
    expect(inspection).toMatchObject({ history: { count: 1 }, baselines: { n: 2 } });
    expect(Object.keys(inspection.baselines)).toEqual(['n']);
    const second = createTestHost({}, first.persistence);
    if (forWhom === 'for a wake-up') await second.host.wake('sync');
    await ok(second.api.record({ loop: 'a', client, seq: 1, actions: [{ n: 3 }, { n: 4 }] }));
    const after = await ok(second.api.inspect({ loop: 'a' }));
    expect(after).toMatchObject({ inspection: { history: { count: 3 } }, host: { settings: { outboxLimit: 5 } } });
    expect(after.host.settings).toEqual({ outboxLimit: 5 });
  });

  test('a setting that its script fixes newly is in force without a greeting', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'a', settings: { retentionLimit: 5 } }));
    await ok(first.api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }, { n: 2 }] }));
    const second = createTestHost({ settings: { retentionLimit: 1 } }, first.persistence);
    await second.host.wake('sync');
    expect((await ok(second.api.inspect({ loop: 'a' }))).inspection).toMatchObject({ settings: { retentionLimit: 1 }, history: { count: 1 } });
  });

  test('refuses a strategy that it does not know, and loops that it does not offer', async () => {
    const { api } = createTestHost({ loops: ['a'] });
    expect(await api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'none' } } })).toMatchObject({ ok: false, error: { code: 'strategy.unknown' } });
    expect(await api.record({ loop: 'b', client, seq: 0, actions: [{}] })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
    expect(await ok(api.hello({ protocol: range, loop: 'a', settings: {} }))).toMatchObject({ host: 'page' });
  });

  test.each([
    ['with a lookback that is no number', { lookback: Number.NaN, suggestActions: () => [] }],
    ['with a lookback below 0', { lookback: -1, suggestActions: () => [] }],
    ['with a lookback that is text', { lookback: '7', suggestActions: () => [] }],
    ['without suggestActions', { lookback: 7 }],
    ['that is nothing at all', undefined],
  ])('says to the page that chose it that a strategy %s is refused, before any of it is stored', async (_title, made) => {
    const strategies = createStrategyRegistry({ own: () => made as never, all: () => ({ lookback: Infinity, suggestActions: () => [] }) });
    const { api, persistence } = createTestHost({ strategies });
    const hello = (type: string) => api.hello({ protocol: range, loop: 'a', settings: { strategy: { type } } });
    expect(await hello('own')).toMatchObject({ ok: false, error: { code: 'options.invalid', details: { option: 'strategy' } } });
    expect(await persistence.loops()).toEqual([]);
    expect(await hello('all')).toMatchObject({ ok: true });
  });

  test('takes calls of a client whose name counts up, as in tests of an app', async () => {
    const { api } = createTestHost();
    expect(await ok(api.record({ loop: 'a', client: createSequentialIds()(), seq: 0, actions: [{ steps: 1 }] }))).toMatchObject({ receipt: { id: 'id-1-0' } });
  });

  test.each([
    ['no request', 'record', undefined, 'request'],
    ['a request that is text', 'record', 'my secret', 'request'],
    ['a client without a name', 'record', { loop: 'a', client: '', seq: 0, actions: ['my secret'] }, 'client'],
    ['a client with a name without end', 'record', { loop: 'a', client: 'my secret '.repeat(7), seq: 0, actions: [] }, 'client'],
    ['a place below zero', 'record', { loop: 'a', client, seq: -1, actions: ['my secret'] }, 'seq'],
    ['a loop without name', 'inspect', { loop: '' }, 'loop'],
    ['a range that is text', 'inspect', { loop: 'a', deadLetters: { limit: 'my secret' } }, 'deadLetters.limit'],
    ['too many places', 'discardDeadLetters', { loop: 'a', seqs: Array.from({ length: 1_001 }, (_, seq) => seq) }, 'seqs'],
    ['a nudge under a name without end', 'acknowledge', { loop: 'a', nudges: [{ seq: 0, id: 'x' }, { seq: 1, id: 'my secret '.repeat(11) }] }, 'nudges.1.id'],
  ] as const)('refuses %s with the place of the fault and without quoting it', async (_title, method, request, place) => {
    const { api } = createTestHost();
    const answer = await (api[method] as (request: unknown) => Promise<Answer<unknown>>)(request);
    const issue = expect.stringMatching(new RegExp(`^${place} \\([a-z_]+\\)$`)) as string;
    expect(answer).toMatchObject({ ok: false, error: { code: 'message.invalid', details: { call: method, issues: issue }, message: expect.stringContaining(`${place} (`) as string } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test.each([
    ['a cycle', (() => { const loop: Record<string, unknown> = { type: 'simple' }; loop['self'] = loop; return loop; })()],
    ['a map', { type: 'simple', extra: new Map() }],
    ['four billion holes', { type: 'simple', extra: Object.assign([], { length: 4_294_967_295 }) }],
    ['an own __proto__', { type: 'simple', extra: JSON.parse('{"__proto__": {"polluted": 1}}') as unknown }],
  ])('refuses settings with %s, before any of it is stored', async (_title, strategy) => {
    const { api, persistence } = createTestHost();
    expect(await api.hello({ protocol: range, loop: 'a', settings: { strategy: strategy as never } })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
    expect(await persistence.loops()).toEqual([]);
  });

  test.each([{ fortnights: 1 }, { days: 'many' }, -1, 'a month', null, [30]])('refuses a retentionWindow of %j, before it is stored', async (retentionWindow) => {
    const { api, persistence } = createTestHost();
    const answer = await api.hello({ protocol: range, loop: 'a', settings: { retentionWindow: retentionWindow as never } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'options.invalid', details: { option: 'retentionWindow' } } });
    expect(await persistence.loops()).toEqual([]);
  });

  test('takes nothing that was meant for a database that is gone', async () => {
    const { api, persistence } = createTestHost();
    const { epoch } = await ok(api.hello({ protocol: range, loop: 'a', settings: {} }));
    await persistence.eraseAll();
    expect(await api.record({ loop: 'a', client, seq: 0, actions: [{}], epoch })).toMatchObject({ ok: false, error: { code: 'epoch.reset' } });
  });

  test('an erasure of all that the storage refuses, as on a full disk, has removed nothing', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    const { api } = createTestHost({}, { ...memory, eraseAll: async () => { throw new NudgeloopError('storage.quota', 'full'); } });
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }));
    await ok(api.record({ loop: 'b', client, seq: 1, actions: [{ steps: 2 }] }));
    expect(await api.erase({ loop: null })).toMatchObject({ ok: false, error: { code: 'storage.quota' } });
    expect([(await ok(api.history({ loop: 'a' }))).length, (await ok(api.history({ loop: 'b' }))).length]).toEqual([1, 1]);
  });

  test('erases one loop or all, and says what went', async () => {
    const { api, heard } = createTestHost({ eraseRealm: async (loop) => (loop === null ? { notifications: 2, tags: 1 } : { notifications: 1, tags: 0 }) });
    for (const loop of ['a', 'b']) {
      await ok(api.setGoalState({ loop, goalState: { steps: 10 } }));
      await ok(api.record({ loop, client, seq: 0, actions: [{ steps: 1 }, { steps: 2 }] }));
    }
    const { incarnation } = (await ok(api.inspect({ loop: 'a' }))).host;
    expect(await ok(api.erase({ loop: 'a' }))).toEqual({ incarnation, loops: ['a'], actions: 2, pending: 0, nudges: 1, deadLetters: 0, notifications: 1, tags: 0 });
    expect((await ok(api.inspect({ loop: 'a' }))).inspection).toMatchObject({ goalState: null, revision: 0, history: { count: 0 } });
    expect(await ok(api.erase({ loop: null }))).toMatchObject({ loops: ['b'], actions: 2, notifications: 2, tags: 1 });
    await settle();
    expect(heard.map(({ epoch, event }) => [epoch, event]).filter(([, event]) => (event as { type: string }).type === 'loop.erased')).toEqual([
      ['epoch-1', { type: 'loop.erased', loop: 'a', incarnation }],
      ['erased-epoch-2', { type: 'loop.erased', loop: null }],
    ]);
  });

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

  test('reads a part of the history by number, place and time', async () => {
    const { api } = createTestHost();
    const actions = Array.from({ length: 20 }, (_, n) => ({ n, timestamp: n * 10 }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions }));
    const numbers = async (range: object) => (await ok(api.history({ loop: 'a', ...range }))).map(({ action }) => action['n']);
    expect(await numbers({ limit: 3 })).toEqual([17, 18, 19]);
    expect(await numbers({ limit: 2, before: 5 })).toEqual([3, 4]);
    expect(await numbers({ from: 30, to: 60 })).toEqual([3, 4, 5]);
    expect(await numbers({ limit: 1, to: 60 })).toEqual([5]);
  });

  test('wakes the loops of its sources, even those that no page ever opened', async () => {
    const source = createMemoryActionSource('pedometer', 'walks');
    source.push({ steps: 1 });
    const { host, api } = createTestHost({ sources: [source] });
    expect(await host.wake('sync')).toEqual({ processed: 0, polled: 1, nextAt: null });
    expect((await ok(api.inspect({ loop: 'walks' }))).inspection.history.count).toBe(1);
  });

  test('goes on with a loop that its script does not offer any more: what is old is pruned, and nothing is logged as failed', async () => {
    const first = createTestHost();
    await ok(first.api.hello({ protocol: range, loop: 'sleep', settings: { retentionWindow: { days: 1 } } }));
    await ok(first.api.record({ loop: 'sleep', client, seq: 0, actions: [{ n: 1 }] }));
    const log = createLog(() => 0);
    const later = createTestHost({ loops: ['steps'], log }, first.persistence);
    later.clock.advance(3 * 86_400_000);
    await later.host.wake('activate');
    later.clock.advance(3 * 86_400_000);
    await later.host.wake('activate');
    expect(log.recent().filter(({ level }) => level === 'error')).toEqual([]);
    expect((await ok(createTestHost({}, first.persistence).api.inspect({ loop: 'sleep' }))).inspection.history.count).toBe(0);
    expect(await later.api.nudges({ loop: 'sleep', after: -1 })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
  });

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

  test('an erasure while a strategy runs stays one: the late answer brings nothing back, and takes nothing new away', async () => {
    let release: (value: never[]) => void = () => undefined;
    const answers = [() => new Promise<never[]>((resolve) => (release = resolve))];
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: (_history, actions) => answers.pop()?.() ?? actions }) });
    const { api } = createTestHost({ strategies });
    const settings = { strategy: { type: 'own' } };
    await ok(api.hello({ protocol: range, loop: 'a', settings }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.poke({ loop: 'a' }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ old: 1 }] }));
    const poked = api.poke({ loop: 'a' });
    await settle();
    await ok(api.erase({ loop: 'a' }));
    await ok(api.hello({ protocol: range, loop: 'a', settings }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 1, actions: [{ fresh: 1 }] }));
    release([]);
    await poked;
    await ok(api.poke({ loop: 'a' }));
    expect((await ok(api.history({ loop: 'a' }))).map(({ action }) => Object.keys(action)[0])).toEqual(['fresh']);
  });

  test('an import, a reset or a goal that is sent again happens once', async () => {
    const { api } = createTestHost();
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 1 }] }));
    const data: unknown = await ok(api.exportLoop({ loop: 'a' }));
    const sent = [
      () => api.importLoop({ loop: 'a', data, call: { client, seq: 1 } }),
      () => api.resetHistory({ loop: 'a', call: { client, seq: 2 } }),
      () => api.setGoalState({ loop: 'a', goalState: { steps: 1 }, call: { client, seq: 3 } }),
    ];
    for (const [index, send] of sent.entries()) {
      await send();
      await ok(api.record({ loop: 'a', client, seq: 10 + index, actions: [{ after: index }] }));
    }
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 2 } }));
    for (const send of sent) expect((await send()).ok).toBe(true);
    const { inspection } = await ok(api.inspect({ loop: 'a' }));
    expect(inspection).toMatchObject({ goalState: { steps: 2 }, history: { count: 2 } });
  });

  test('acknowledging a nudge of before an erasure leaves the one that stands in its place', async () => {
    const { api } = createTestHost();
    const nudgeOf = async (seq: number) => {
      await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
      return (await ok(api.record({ loop: 'a', client, seq, actions: [{ steps: 1 }] }))).nudges[0]!;
    };
    const before = await nudgeOf(0);
    await ok(api.erase({ loop: 'a' }));
    const after = await nudgeOf(1);
    expect(after.seq).toBe(before.seq);
    expect(await ok(api.acknowledge({ loop: 'a', nudges: [before] }))).toEqual({ acknowledged: [] });
    expect(await ok(api.nudges({ loop: 'a', after: -1 }))).toEqual([after]);
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

  test('an import with holes in its lists is refused, and the loop goes on', async () => {
    const { api } = createTestHost();
    const file = await ok(api.exportLoop({ loop: 'a' }));
    for (const part of ['history', 'pending']) {
      const answer = await api.importLoop({ loop: 'a', data: { ...file, [part]: Object.assign([], { length: 3 }) } });
      expect(answer).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(action|message)\.invalid$/) as string } });
    }
    expect(await ok(api.poke({ loop: 'a' }))).toEqual({ processed: 0, polled: 0, nextAt: null });
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

  test('new settings do not wait for the backlog of a slow strategy', async () => {
    const strategies = createStrategyRegistry({ own: () => ({ suggestActions: () => new Promise(() => undefined) }) });
    const { api } = createTestHost({ strategies });
    await ok(api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'own' } } }));
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 10 } }));
    await ok(api.record({ loop: 'a', client, seq: 0, actions: [{ n: 0 }] }));
    void api.poke({ loop: 'a' });
    await settle();
    expect(await ok(api.hello({ protocol: range, loop: 'a', settings: { outboxLimit: 5 } }))).toMatchObject({ settings: { outboxLimit: 5 } });
  });

  test('offers its methods and nothing else', () => {
    const { api } = createTestHost();
    expect(Object.isFrozen(api)).toBe(true);
    expect(Object.values(api).every((method) => typeof method === 'function')).toBe(true);
  });
});

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
}
