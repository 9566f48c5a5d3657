import { describe, expect, test } from 'vitest';
import {
  createMemoryActionSource,
  createMemoryPersistence,
  createSimulatedClock,
  FeedbackEventBus,
  GoalFeedbackWorker,
  SimpleGoalFeedbackStrategy,
  type Action,
  type FeedbackEvent,
  type GoalFeedbackStrategy,
} from 'nudgeloop/core';
import { codesOf, createHarness, createOwnStrategy } from './harness.ts';

const goal = { steps: 10_000 };

describe('recording', () => {
  test('an action brings a nudge half of the way to the goal', async () => {
    const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy());
    await worker.setGoalState(goal);
    await worker.record({ steps: 4_000 });
    await worker.record({ steps: 5_000 });
    expect(nudges.map(({ cause, suggestions }) => [cause, suggestions[0]?.['steps']])).toEqual([
      ['actions', 5_000],
      ['actions', 7_000],
    ]);
    expect(nudges[1]?.analysis['steps']).toEqual({
      goal: 10_000, current: 4_000, gap: 6_000, baseline: 4_000, trend: 'stable', progressRatio: 0,
    });
  });

  test('without a goal, actions are kept and nobody is bothered', async () => {
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy);
    await worker.handleEvent({ type: 'actions', actions: [{ steps: 1 }, { steps: 2 }] });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(2);
    expect(nudges).toEqual([]);
    expect(strategy.calls).toBe(0);
  });

  test('a call that is sent again is taken once, and says so', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    const id = { client: 'client-1', seq: 0 };
    expect((await worker.record({ steps: 1 }, id)).duplicate).toBe(false);
    expect((await worker.record({ steps: 1 }, id)).duplicate).toBe(true);
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(1);
  });

  test('calls that overtake one another are each taken once', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (const seq of [3, 0, 2, 0, 1, 3]) await worker.record({ n: seq }, { client: 'client-1', seq });
    const kept = await worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ value }) => (value as Action)['n']));
    expect(kept).toEqual([3, 0, 2, 1]);
  });

  test('a client that says what it still awaits is remembered by no more than that', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (let seq = 0; seq < 50; seq += 1) await worker.record({ n: seq }, { client: 'client-1', seq, oldest: Math.max(0, seq - 2) });
    const document = await worker.read((tx) => tx.readDocument('receipts:client-1'));
    expect((document as { seen: unknown[] }).seen).toHaveLength(3);
    expect((await worker.record({ n: 48 }, { client: 'client-1', seq: 48, oldest: 48 })).duplicate).toBe(true);
  });

  test('a late copy of a call that was settled long ago does nothing, whatever it claims to await', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    for (let seq = 0; seq < 5; seq += 1) await worker.record({ n: seq }, { client: 'client-1', seq, oldest: seq });
    for (const oldest of [0, 3, undefined]) {
      await expect(worker.record({ n: 3 }, { client: 'client-1', seq: 3, oldest })).rejects.toMatchObject({ code: 'receipt.conflict' });
    }
    // One that claims to await only what is to come makes the host forget no more than its own past.
    await worker.record({ n: 5 }, { client: 'client-1', seq: 5, oldest: 1_000_000 });
    await worker.record({ n: 6 }, { client: 'client-1', seq: 6 });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(7);
  });

  test('an id that is used again for other actions is refused, and the first stands', async () => {
    const { worker } = createHarness(new SimpleGoalFeedbackStrategy());
    const id = { client: 'client-1', seq: 7 };
    await worker.record({ steps: 1 }, id);
    await expect(worker.record({ steps: 2 }, id)).rejects.toMatchObject({ code: 'receipt.conflict' });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(1);
  });

  test('a bad action among good ones is refused with its place, and none is taken', async () => {
    const { worker, persistence } = createHarness(new SimpleGoalFeedbackStrategy());
    await expect(worker.record([{ steps: 1 }, { steps: Number.NaN }])).rejects.toMatchObject({
      code: 'action.invalid',
      details: { index: 1, path: 'steps' },
    });
    expect(persistence.counts.writes).toBe(0);
  });

  test('a hundred calls at once share a few transactions, and each gets its own answer', async () => {
    const { worker, persistence } = createHarness(new SimpleGoalFeedbackStrategy());
    const calls = Array.from({ length: 100 }, (_, seq) => worker.record({ n: seq }, { client: 'client-1', seq: seq % 99 }));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(99);
    expect(results[99]).toMatchObject({ status: 'rejected', reason: { code: 'receipt.conflict' } });
    expect(persistence.counts.writes).toBeLessThanOrEqual(2);
  });

  test('when the queue is full, a call is refused, and the same call is taken once there is room', async () => {
    const strategy = createOwnStrategy();
    const { worker } = createHarness(strategy, { pendingLimit: 2 });
    for (const seq of [0, 1]) await worker.record({ n: seq }, { client: 'client-1', seq });
    const third = { client: 'client-1', seq: 2 };
    await expect(worker.record({ n: 2 }, third)).rejects.toMatchObject({ code: 'queue.full', details: { limit: 2 } });
    await worker.processPending();
    expect((await worker.record({ n: 2 }, third)).duplicate).toBe(false);
  });
});

describe('work on change only', () => {
  test('wake-ups with nothing new ask no strategy, write nothing, and read once', async () => {
    const strategy = createOwnStrategy();
    const { worker, persistence } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    const calls = strategy.calls;
    const before = { ...persistence.counts };
    for (let wake = 0; wake < 10; wake += 1) await worker.wake();
    expect(strategy.calls).toBe(calls);
    expect(persistence.counts.writes - before.writes).toBe(0);
    expect(persistence.counts.reads - before.reads).toBe(10);
  });

  test('a changed goal judges the latest action anew, an equal one does nothing', async () => {
    const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy());
    await worker.record([{ steps: 1_000 }, { steps: 4_000, note: 'walk' }]);
    expect(await worker.setGoalState({ steps: 8_000, mood: 'fine' })).toMatchObject({ changed: true });
    expect(await worker.setGoalState({ mood: 'fine', steps: 8_000 })).toMatchObject({ changed: false });
    expect(nudges).toHaveLength(1);
    expect(nudges[0]).toMatchObject({
      cause: 'goal',
      goalState: { steps: 8_000, mood: 'fine' },
      suggestions: [{ steps: 6_000, note: 'walk' }],
      analysis: { steps: { current: 4_000, baseline: 1_000, trend: 'toward_goal' } },
    });
    expect(await worker.read(async (_tx, state) => state.history.count)).toBe(2);
  });

  test('the same holds for a strategy of the app', async () => {
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy);
    await worker.handleEvent({ type: 'actions', actions: { steps: 4_000 } });
    await worker.handleEvent({ type: 'goal', goalState: goal });
    await worker.handleEvent({ type: 'goal', goalState: { ...goal } });
    expect(strategy.calls).toBe(1);
    expect(nudges.map(({ cause }) => cause)).toEqual(['goal']);
  });

  test('old actions are pruned at a wake-up, without a new action', async () => {
    const { worker, clock } = createHarness(new SimpleGoalFeedbackStrategy(), { retentionWindow: { minutes: 1 } });
    await worker.record({ steps: 1 });
    clock.advance(30_000);
    await worker.record({ steps: 2 });
    clock.advance(45_000);
    await worker.wake();
    const state = await worker.read(async (_tx, current) => current);
    expect(state.history.count).toBe(1);
    expect(state.metrics['steps']?.value).toBe(2);
  });
});

describe('a strategy that fails', () => {
  const failing = (times: number) => {
    let left = times;
    return createOwnStrategy((actions) => {
      if ((left -= 1) >= 0) throw new RangeError('secret');
      return actions;
    });
  };

  test('is tried again after waits that double, and the actions are judged in the end', async () => {
    const strategy = failing(2);
    const { worker, clock, logged, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(logged.find(({ code }) => code === 'worker.backoff')?.fields).toMatchObject({ failures: 1, waitMs: 1_000 });
    clock.advance(999);
    await worker.wake();
    expect(strategy.calls).toBe(1);
    clock.advance(1);
    expect(await worker.wake()).toMatchObject({ nextAt: clock.now() + 2_000 });
    clock.advance(2_000);
    await worker.wake();
    expect(strategy.calls).toBe(3);
    expect(nudges).toHaveLength(1);
    expect(await worker.read(async (_tx, { backoff, pending, tries }) => [backoff, pending.count, tries])).toEqual([null, 0, {}]);
  });

  test('is still waited for after a restart', async () => {
    const strategy = failing(1);
    const first = createHarness(strategy);
    await first.worker.setGoalState(goal);
    await first.worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    const second = first.restart();
    await second.worker.wake();
    expect(strategy.calls).toBe(1);
    second.clock.advance(1_000);
    await second.worker.wake();
    expect(second.nudges).toHaveLength(1);
  });

  test('holds up no action that comes later; the failed one is tried again after its wait', async () => {
    const strategy = failing(1);
    const { worker, clock, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    await worker.handleEvent({ type: 'actions', actions: { steps: 2 } });
    clock.advance(1_000);
    await worker.wake();
    expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([2, 1]);
  });

  test('three times on the same actions sets them aside, and the others go on', async () => {
    const strategy = createOwnStrategy((actions) => {
      if (actions[0]?.['steps'] === 13) throw new Error('poison');
      return actions;
    });
    const { worker, clock, logged, nudges } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.record({ steps: 13 });
    await worker.record({ steps: 2 });
    for (let turn = 0; turn < 3; turn += 1) {
      await worker.wake();
      clock.advance(300_000);
    }
    expect(nudges.map(({ suggestions }) => suggestions[0]?.['steps'])).toEqual([2]);
    expect(codesOf(logged)).toContain('action.dead-lettered');
    expect(await worker.read(async (_tx, { dead, pending }) => [dead.count, pending.count])).toEqual([1, 0]);
  });

  test.each([
    ['returns nothing', () => undefined],
    ['returns a number', () => 7],
    ['returns a list with a hole', () => Array.from({ length: 1 }).concat(Array(1))],
    ['returns a hundred thousand items', () => Array.from({ length: 100_000 }, () => ({}))],
    ['returns items that are no records', () => ['a']],
    ['returns NaN', () => [{ steps: Number.NaN }]],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s is a failure like any other', async (_title, answer) => {
    const { worker, nudges, logged } = createHarness(createOwnStrategy(answer));
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(nudges).toEqual([]);
    expect(logged.find(({ code }) => code === 'strategy.failed')?.fields).toMatchObject({ code: 'strategy.failed' });
    expect(await worker.read(async (_tx, { pending }) => pending.count)).toBe(1);
  });

  test('that never settles is given up after its deadline', async () => {
    const { worker, clock, logged } = createHarness(createOwnStrategy(() => new Promise(() => undefined)), { strategyDeadline: 50 });
    await worker.setGoalState(goal);
    await worker.record({ steps: 1 });
    const done = worker.processPending();
    await tick();
    clock.advance(50);
    await done;
    expect(logged.find(({ code }) => code === 'strategy.failed')?.fields).toMatchObject({ code: 'strategy.timeout' });
  });

  test('that changes its input changes nothing else', async () => {
    const strategy = createOwnStrategy((actions, history) => {
      for (const action of [...actions, ...history]) Object.assign(action, { steps: -1 });
      return actions;
    });
    const { worker } = createHarness(strategy);
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    await worker.handleEvent({ type: 'actions', actions: { steps: 2 } });
    const kept = await worker.read(async (tx) => (await tx.readForward('history', 0, 9)).map(({ value }) => (value as Action)['steps']));
    expect(kept).toEqual([1, 2]);
  });

  test('never tells its message to the log', async () => {
    const { worker, logged } = createHarness(failing(3));
    await worker.setGoalState(goal);
    await worker.handleEvent({ type: 'actions', actions: { steps: 1 } });
    expect(JSON.stringify(logged)).not.toContain('secret');
  });
});

describe('a strategy that is stopped half way', () => {
  test('every time, as an endless loop is, ends as a dead letter, and the others go on', async () => {
    const endless = createOwnStrategy((actions) => (actions[0]?.['steps'] === 13 ? new Promise(() => undefined) : actions));
    let run = createHarness(endless);
    await run.worker.setGoalState(goal);
    await run.worker.record({ steps: 13 });
    await run.worker.record({ steps: 2 });
    const seen: unknown[] = [];
    for (let life = 0; life < 6; life += 1) {
      void run.worker.wake();
      await tick();
      seen.push(await run.worker.read(async (_tx, { outbox }) => outbox.count));
      if (life >= 2) run.clock.advance(300_000);
      run = run.restart();
    }
    // One stop may happen to anybody; after the second one the others go first.
    expect(seen.slice(0, 3)).toEqual([0, 0, 1]);
    expect(endless.calls).toBe(4);
    expect(await run.worker.read(async (_tx, { dead, pending, outbox }) => [dead.count, pending.count, outbox.count])).toEqual([1, 0, 1]);
  });

  test('goes on from what is stored: nothing is lost and nothing happens twice', async () => {
    let release: () => void = () => undefined;
    const stuck: GoalFeedbackStrategy = { suggestActions: (_history, actions) => new Promise((resolve) => (release = () => resolve([...actions]))) };
    const first = createHarness(stuck);
    await first.worker.setGoalState(goal);
    await first.worker.record({ steps: 1 });
    void first.worker.processPending();
    await tick();
    // The second worker finds the entry pending, and finishes it before the first one comes back.
    const second = createHarness(createOwnStrategy(), {}, first.persistence, first.clock);
    await second.worker.wake();
    release();
    await tick();
    expect(first.nudges).toEqual([]);
    expect(second.nudges).toHaveLength(1);
    expect(await second.worker.read(async (_tx, { history, outbox }) => [history.count, outbox.count])).toEqual([1, 1]);
  });

  test('judges again when the goal changed meanwhile', async () => {
    const seen: unknown[] = [];
    let release: () => void = () => undefined;
    const slow: GoalFeedbackStrategy = {
      suggestActions: (_history, actions, goalState) =>
        new Promise((resolve) => {
          seen.push(goalState['steps']);
          release = () => resolve([...actions]);
        }),
    };
    const { worker, nudges } = createHarness(slow);
    await worker.setGoalState({ steps: 1 });
    await worker.record({ steps: 5 });
    const done = worker.processPending();
    await tick();
    await worker.setGoalState({ steps: 2 });
    for (let turn = 0; turn < 4; turn += 1) {
      release();
      await tick();
    }
    await done;
    expect(seen[0]).toBe(1);
    expect(seen.at(-1)).toBe(2);
    expect(nudges).toMatchObject([{ cause: 'actions', goalState: { steps: 2 } }]);
    expect(await worker.read(async (_tx, { history, pending }) => [history.count, pending.count])).toEqual([1, 0]);
  });
});

describe('a slow strategy', () => {
  test('is not blamed for goals that change meanwhile, however often', async () => {
    const waiting: (() => void)[] = [];
    const slow: GoalFeedbackStrategy = {
      suggestActions: (_history, actions) => new Promise((resolve) => waiting.push(() => resolve([...actions]))),
    };
    const { worker, nudges, logged } = createHarness(slow);
    await worker.setGoalState({ steps: 0 });
    await worker.record({ steps: 5 });
    const done = worker.processPending();
    for (let turn = 1; turn <= 6; turn += 1) {
      await tick();
      await worker.setGoalState({ steps: turn });
      waiting.pop()?.();
    }
    for (let turn = 0; turn < 6; turn += 1) {
      await tick();
      waiting.pop()?.();
    }
    await done;
    expect(codesOf(logged)).not.toContain('action.dead-lettered');
    expect(nudges.at(-1)?.goalState).toEqual({ steps: 6 });
    expect(await worker.read(async (_tx, { pending, dead }) => [pending.count, dead.count])).toEqual([0, 0]);
  });

  test('does not hide actions that come while the last run is ending', async () => {
    let letGo: () => void = () => undefined;
    const strategy = createOwnStrategy();
    const { worker, nudges } = createHarness(strategy, {
      exclusively: async (work) => {
        const result = await work();
        await new Promise<void>((resolve) => (letGo = resolve));
        return result;
      },
    });
    await worker.setGoalState(goal);
    await worker.record({ steps: 1 });
    const first = worker.processPending();
    await tick();
    await worker.record({ steps: 2 });
    const second = worker.processPending();
    letGo();
    await tick();
    letGo();
    await Promise.all([first, second]);
    expect(nudges).toHaveLength(2);
  });
});

describe('options', () => {
  test.each([
    [{ pollInterval: Number.NaN }], [{ pollInterval: 0 }], [{ pollInterval: Infinity }], [{ outboxLimit: -1 }],
    [{ outboxLimit: 1.5 }], [{ strategyDeadline: -1 }], [{ timestampField: '' }], [{ retentionLimit: -1 }],
  ])('of %j are refused, with the option named', (options) => {
    expect(() => createHarness(new SimpleGoalFeedbackStrategy(), options)).toThrow(
      expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option: Object.keys(options)[0] }) as unknown }),
    );
  });
});

test('a worker that is started again after a stop hears its bus again, and once', async () => {
  const bus = new FeedbackEventBus<FeedbackEvent>();
  const persistence = createMemoryPersistence({ newId: () => 'e' });
  const worker = new GoalFeedbackWorker({ strategy: new SimpleGoalFeedbackStrategy(), persistence, bus, clock: createSimulatedClock(0) });
  const count = () => worker.read(async (_transaction, { history }) => history.count);
  const publish = async () => {
    bus.publish({ type: 'actions', actions: { steps: 1 } });
    await worker.reached();
    return count();
  };
  worker.start();
  expect(await publish()).toBe(1);
  await worker.stop();
  expect(await publish()).toBe(1);
  worker.start();
  expect(await publish()).toBe(2);
  await worker.stop();
});

describe('sources', () => {
  test('that go on failing keep no recorded action waiting', async () => {
    const bad = { name: 'bad', poll: () => Promise.reject(new Error('offline')) };
    const { worker, clock, nudges } = createHarness(createOwnStrategy(), { sources: [bad] });
    await worker.setGoalState(goal);
    await worker.wake();
    await worker.record({ steps: 1 });
    clock.advance(1);
    await worker.wake();
    expect(nudges).toHaveLength(1);
  });

  test('bring their actions at each wake-up, once', async () => {
    const source = createMemoryActionSource('pedometer');
    const { worker, nudges } = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] });
    await worker.setGoalState(goal);
    source.push({ steps: 1 }, { steps: 2 });
    expect(await worker.wake()).toMatchObject({ polled: 2 });
    expect(await worker.wake()).toMatchObject({ polled: 0 });
    source.push({ steps: 3 });
    expect(await worker.wake()).toMatchObject({ polled: 1 });
    expect(nudges).toHaveLength(2);
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(3);
  });

  test('go on where they were after a kill before, and after, the commit', async () => {
    const source = createMemoryActionSource('pedometer');
    source.push({ steps: 1 }, { steps: 2 });
    const first = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] });
    const write = first.persistence.write;
    Object.assign(first.persistence, { write: () => Promise.reject(new Error('killed')) });
    await first.worker.wake().catch(() => undefined);
    Object.assign(first.persistence, { write });
    const second = first.restart();
    await second.worker.wake();
    const third = second.restart();
    await third.worker.wake();
    expect(await third.worker.read(async (_tx, { history, cursors }) => [history.count, cursors])).toMatchObject([2, { pedometer: { taken: 2 } }]);
  });

  test('that fail are asked again after a wait, and harm nobody else', async () => {
    const good = createMemoryActionSource('good');
    good.push({ steps: 1 });
    let calls = 0;
    const bad = { name: 'bad', poll: () => ((calls += 1), Promise.reject(new Error('offline'))) };
    const { worker, clock, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [bad, good] });
    expect(await worker.wake()).toMatchObject({ polled: 1 });
    expect(logged.find(({ code }) => code === 'source.failed')?.fields).toMatchObject({ source: 'bad' });
    expect(codesOf(logged)).toContain('worker.backoff');
    expect(await worker.record({ steps: 2 })).toMatchObject({ count: 1 });
    clock.advance(1_000);
    await worker.wake();
    expect(calls).toBe(2);
  });

  test('are not blamed for a trusted strategy that throws: they are asked again at the next wake', async () => {
    let isBroken = true;
    const simple = new SimpleGoalFeedbackStrategy();
    const strategy: GoalFeedbackStrategy = {
      trusted: true,
      suggestActions(...given) {
        if (isBroken) throw new RangeError('mine');
        return simple.suggestActions(given[0], given[1], given[2]);
      },
    };
    const source = createMemoryActionSource('pedometer');
    source.push({ steps: 1 });
    const { worker, logged } = createHarness(strategy, { sources: [source] });
    await worker.setGoalState(goal);
    expect(await worker.wake()).toMatchObject({ polled: 0, nextAt: null });
    expect(codesOf(logged)).toContain('strategy.failed');
    expect(codesOf(logged)).not.toContain('source.failed');
    await expect(worker.record({ steps: 2 })).rejects.toMatchObject({ code: 'strategy.failed', details: { problem: 'threw RangeError' } });
    isBroken = false;
    expect(await worker.wake()).toMatchObject({ polled: 1 });
  });

  test.each(['constructor', 'toString', '__proto__', ''])('of the name "%s" are refused, as cursors are kept by name', (name) => {
    const source = { name, poll: () => ({ actions: [], cursor: null }) };
    expect(() => createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });

  test('are asked at the poll interval while the worker is started', async () => {
    const source = createMemoryActionSource('pedometer');
    const { worker, clock } = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] });
    worker.start();
    source.push({ steps: 1 });
    clock.advance(1_000);
    await tick();
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(1);
    await worker.stop();
    source.push({ steps: 2 });
    clock.advance(10_000);
    await tick();
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(1);
  });
});

describe('the outbox', () => {
  test('drops the oldest nudge when it is full, and says so', async () => {
    const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 2 });
    await worker.setGoalState(goal);
    for (const steps of [1, 2, 3]) await worker.record({ steps });
    expect(await worker.read(async (_tx, { outbox }) => outbox)).toMatchObject({ first: 1, next: 3, count: 2, dropped: 1 });
    expect(codesOf(logged)).toContain('outbox.dropped');
  });

  test('makes room for many at once, so that an app that acknowledges nothing does not pay for it with each action', async () => {
    const { worker, logged } = createHarness(new SimpleGoalFeedbackStrategy(), { outboxLimit: 160 });
    await worker.setGoalState(goal);
    for (let steps = 1; steps <= 172; steps += 1) await worker.record({ steps });
    // Eleven go when the 161st comes, and eleven again at the 172nd.
    expect(await worker.read(async (_tx, { outbox }) => outbox)).toMatchObject({ first: 22, next: 172, count: 150, dropped: 22 });
    expect(codesOf(logged).filter((code) => code === 'outbox.dropped')).toHaveLength(2);
  });
});

async function tick(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
