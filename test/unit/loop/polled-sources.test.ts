import { describe, expect, test } from 'vitest';
import { createMemoryActionSource, SimpleGoalFeedbackStrategy, type GoalFeedbackStrategy } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { codesOf, createHarness, createOwnStrategy, goal } from './harness.ts';

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
    expect(logged.find(({ code }) => code === 'worker.backoff')?.fields).toMatchObject({ source: 'bad', failures: 1, waitMs: 1_000 });
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
    await settle();
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(1);
    await worker.stop();
    source.push({ steps: 2 });
    clock.advance(10_000);
    await settle();
    expect(await worker.read(async (_tx, { history }) => history.count)).toBe(1);
  });
});
