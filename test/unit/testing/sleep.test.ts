import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { turn } from '../../../src/testing/settle.ts';

const goalState = { steps: 10_000 };
const HOUR = 3_600_000;

/** A tab that falls asleep while it waits for its call; what became of that is in the list. */
async function sleepDuringCall(prepare: (loop: TestLoop) => void = () => undefined) {
  const loop = createTestLoop({ goalState });
  await loop.client.ready;
  await loop.settle();
  prepare(loop);
  const seen: unknown[] = [];
  loop.client.record({ steps: 1 }).then(
    ({ count, duplicate }) => seen.push({ count, duplicate }),
    ({ code }: { code: string }) => seen.push(code),
  );
  loop.tab.sleep();
  await loop.advance(HOUR);
  return { loop, seen };
}

describe('a call of a tab that falls asleep', () => {
  test('is stored, and answered once the tab is awake', async () => {
    const { loop, seen } = await sleepDuringCall();
    expect(await loop.openTab().client.history()).toHaveLength(1);
    expect(seen).toEqual([]);
    loop.tab.wake();
    await loop.settle();
    expect(seen).toEqual([{ count: 1, duplicate: false }]);
  });

  test('is answered too by a worker that starts for it', async () => {
    const { loop, seen } = await sleepDuringCall(({ killWorker }) => killWorker());
    expect(seen).toEqual([]);
    loop.tab.wake();
    await loop.advance(1_000);
    expect(seen).toEqual([{ count: 1, duplicate: false }]);
  });

  test('is stored once the tab is awake, though its message was lost and its deadline went by meanwhile', async () => {
    const { loop, seen } = await sleepDuringCall(({ messages }) => messages.lose());
    loop.messages.heal();
    loop.tab.wake();
    await loop.settle();
    expect(seen).toEqual([{ count: 1, duplicate: false }]);
  });

  test('times out a deadline after the tab is awake at the latest, when nothing answers', async () => {
    const { loop, seen } = await sleepDuringCall(({ messages }) => messages.lose());
    loop.tab.wake();
    await loop.advance(7_400);
    expect(seen).toEqual([]);
    await loop.advance(200);
    expect(seen).toEqual(['call.timeout']);
  });

  test('does not time out when the tab falls asleep again before its timers run', async () => {
    const { loop, seen } = await sleepDuringCall(({ messages }) => messages.lose());
    loop.tab.wake();
    // What was kept is on the clock again, which has not moved yet.
    await turn();
    loop.tab.sleep();
    await loop.advance(HOUR);
    expect(seen).toEqual([]);
    loop.tab.wake();
    await loop.advance(7_600);
    expect(seen).toEqual(['call.timeout']);
  });

  test('times out in the end, though the tab is awake for moments only', async () => {
    const { loop, seen } = await sleepDuringCall(({ messages }) => messages.lose());
    for (let moment = 0; moment < 4; moment += 1) {
      expect(seen).toEqual([]);
      loop.tab.wake();
      await loop.advance(1);
      loop.tab.sleep();
      await loop.advance(HOUR);
    }
    loop.tab.wake();
    await loop.settle();
    expect(seen).toEqual(['call.timeout']);
  });

  test('waits on when the tab is seen for a moment only', async () => {
    const { loop, seen } = await sleepDuringCall();
    loop.tab.wake();
    loop.tab.sleep();
    await loop.settle();
    expect(seen).toEqual([]);
    loop.tab.wake();
    await loop.settle();
    expect(seen).toEqual([{ count: 1, duplicate: false }]);
  });

  test('ends with the tab, when that is closed before it wakes', async () => {
    const { loop, seen } = await sleepDuringCall();
    loop.tab.close();
    await loop.settle();
    expect(seen).toEqual(['client.disposed']);
    loop.tab.wake();
    await loop.advance(HOUR);
    expect(seen).toEqual(['client.disposed']);
  });
});

test('what a listener threw while its tab fell asleep is reported once it is awake', async () => {
  const loop = createTestLoop({ goalState });
  loop.client.on('nudge', () => {
    loop.tab.sleep();
    throw new Error('mine');
  });
  await loop.client.record({ steps: 1 });
  await loop.settle();
  loop.tab.wake();
  await expect(loop.settle()).rejects.toThrow('mine');
});
