import { describe, expect, test } from 'vitest';
import { SimpleGoalFeedbackStrategy, type PollResult } from 'nudgeloop/core';
import { settle } from '../../../src/testing/settle.ts';
import { createHarness } from './harness.ts';

describe('a worker that is stopped while it asks a source', () => {
  /** Two sources, of which the first answers when it is told to, and what was asked and stored. */
  const setUp = async () => {
    const asked: string[] = [];
    let answer: (result: PollResult) => void = () => undefined;
    const slow = { name: 'slow', poll: () => (asked.push('slow'), new Promise<PollResult>((resolve) => (answer = resolve))) };
    const next = { name: 'next', poll: () => (asked.push('next'), { actions: [{ steps: 2 }], cursor: 1 }) };
    const harness = createHarness(new SimpleGoalFeedbackStrategy(), { sources: [slow, next] });
    const waking = harness.worker.wake();
    await settle();
    let isStopped = false;
    const stopping = harness.worker.stop().then(() => (isStopped = true));
    await settle();
    return { ...harness, asked, waking, stopping, isStopped: () => isStopped, answer: (result: PollResult) => answer(result) };
  };

  test('has stored, when it says so, all that it ever will: the storage may be closed then', async () => {
    const { persistence, stopping, isStopped, answer, worker } = await setUp();
    expect(isStopped()).toBe(false);
    answer({ actions: [{ steps: 1 }], cursor: 1 });
    await stopping;
    const { writes } = persistence.counts;
    await settle();
    expect(persistence.counts.writes).toBe(writes);
    expect(await worker.read(async (_tx, { history, cursors }) => [history.count, cursors])).toEqual([1, { slow: 1 }]);
  });

  test('asks no other one after it', async () => {
    const { asked, clock, stopping, waking, answer } = await setUp();
    answer({ actions: [], cursor: null });
    await stopping;
    expect(asked).toEqual(['slow']);
    // A worker that comes in its place is to ask it.
    expect(await waking).toMatchObject({ polled: 0, nextAt: clock.now() });
  });

  test('waits no longer than the source may take', async () => {
    const { clock, stopping, isStopped } = await setUp();
    clock.advance(5_000);
    await stopping;
    expect(isStopped()).toBe(true);
  });
});
