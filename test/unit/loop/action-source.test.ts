import { describe, expect, test } from 'vitest';
import { createMemoryActionSource, createSequentialIds, SimpleGoalFeedbackStrategy, type MemoryActionSource } from 'nudgeloop/core';
import { createHarness, type Harness } from './harness.ts';

const lives = createSequentialIds('life');
const createSource = (): MemoryActionSource => createMemoryActionSource('pedometer', 'default', lives);
const stepsOf = ({ worker }: Harness): Promise<unknown[]> =>
  worker.read(async (tx) => (await tx.readForward('history', 0, 99)).map(({ value }) => (value as { steps: unknown }).steps));

/** A loop as a service worker has it: storage that stays, and a list that begins anew at each start. */
function startWith(source: MemoryActionSource, before?: Harness): Harness {
  return createHarness(new SimpleGoalFeedbackStrategy(), { sources: [source] }, before?.persistence, before?.clock);
}

describe('a source over a list in memory', () => {
  test('loses nothing when its worker is stopped and the list begins anew', async () => {
    const source = createSource();
    source.push({ steps: 1 }, { steps: 2 }, { steps: 3 });
    const first = startWith(source);
    expect(await first.worker.wake()).toMatchObject({ polled: 3 });

    const next = createSource();
    const second = startWith(next, first);
    next.push({ steps: 4 });
    expect(await second.worker.wake()).toMatchObject({ polled: 1 });
    next.push({ steps: 5 }, { steps: 6 });
    expect(await second.worker.wake()).toMatchObject({ polled: 2 });
    expect(await second.worker.wake()).toMatchObject({ polled: 0 });
    expect(await stepsOf(second)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('loses nothing when a worker that is about to go was faster', async () => {
    const [old, next] = [createSource(), createSource()];
    const first = startWith(old);
    const second = startWith(next, first);
    old.push({ steps: 1 });
    next.push({ steps: 2 });
    await Promise.all([first.worker.wake(), second.worker.wake()]);
    await second.worker.wake();
    expect(await stepsOf(second)).toEqual([1, 2]);
  });

  test('writes nothing while there is nothing new, after a restart too', async () => {
    const source = createSource();
    source.push({ steps: 1 });
    const first = startWith(source);
    await first.worker.wake();
    const second = startWith(createSource(), first);
    const { writes } = second.persistence.counts;
    expect(await second.worker.wake()).toMatchObject({ polled: 0 });
    expect(second.persistence.counts.writes).toBe(writes);
  });
});
