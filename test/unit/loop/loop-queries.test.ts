import { describe, expect, test } from 'vitest';
import { SimpleGoalFeedbackStrategy } from 'nudgeloop/core';
import { inspectLoop } from '../../../src/loop/loop-queries.ts';
import { acknowledgeNudges } from '../../../src/loop/state/outbox.ts';
import { createHarness, createOwnStrategy, type Harness } from './harness.ts';

const inspect = ({ worker, clock }: Harness) => worker.read((transaction, state) => inspectLoop(transaction, state, 'default', clock.now()));

describe('an inspection', () => {
  test.each([
    ['of 60', 60, 0, [10, 59]],
    ['behind which 60 were acknowledged', 3, 60, [0, 2]],
    ['behind which and between which some were acknowledged', 120, 30, [70, 119]],
  ])('shows the newest nudges that wait: %s', async (_title, left, acknowledged, [first, last]) => {
    const harness = createHarness(new SimpleGoalFeedbackStrategy());
    const { worker, nudges } = harness;
    await worker.setGoalState({ steps: 10_000 });
    for (let n = 0; n < left + acknowledged; n += 1) await worker.record({ steps: n });
    await worker.change((transaction, state) => acknowledgeNudges(transaction, state, nudges.slice(left)));
    const { outbox } = await inspect(harness);
    expect(outbox.count).toBe(left);
    expect(outbox.items.map(({ seq }) => seq)).toEqual(Array.from({ length: last! - first! + 1 }, (_none, n) => first! + n));
  });

  test('tells of a wait after failures while something waits, and of none once all of it was set aside', async () => {
    const harness = createHarness(createOwnStrategy(() => Promise.reject(new Error('down'))), { maxAttempts: 1 });
    const { worker, clock } = harness;
    await worker.setGoalState({ steps: 10_000 });
    for (let n = 0; n < 5; n += 1) await worker.record({ n });
    const { nextAt } = await worker.wake();
    expect(await inspect(harness)).toMatchObject({ pending: { count: 2 }, backoff: { failures: 1, until: nextAt } });
    clock.advance(nextAt! - clock.now());
    await worker.wake();
    expect(await inspect(harness)).toMatchObject({ pending: { count: 0 }, deadLetters: { count: 5 }, backoff: null });
  });
});
