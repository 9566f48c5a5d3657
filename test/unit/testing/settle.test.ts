import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop, type TestLoop } from 'nudgeloop/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { settle, turn } from '../../../src/testing/settle.ts';

const goalState = { steps: 10_000 };
const DAY = 86_400_000;

/** Listens as an app with a defect does. */
function listenBadly({ client }: Pick<TestLoop, 'client'>, text = 'mine'): void {
  client.on('nudge', () => {
    throw new Error(text);
  });
}

describe('what a listener threw', () => {
  test('is what settle() rejects with, once', async () => {
    const loop = createTestLoop({ goalState });
    listenBadly(loop);
    await loop.client.record({ steps: 1 });
    await expect(loop.settle()).rejects.toThrow('mine');
    await loop.settle();
  });

  test('keeps nobody else from being told, and each one is reported', async () => {
    const loop = createTestLoop({ goalState });
    const other = loop.openTab();
    listenBadly(loop, 'one');
    listenBadly(other, 'other');
    let heard = 0;
    other.client.on('nudge', () => (heard += 1));
    await loop.client.record({ steps: 1 });
    const errors = [];
    for (let count = 0; count < 3; count += 1) errors.push(await loop.settle().then(() => '', ({ message }: Error) => message));
    expect(errors.sort()).toEqual(['', 'one', 'other']);
    expect(heard).toBe(1);
  });

  test('at the last moment of advance() is reported by that', async () => {
    let calls = 0;
    // It takes more turns than one timer is given.
    const strategy: GoalFeedbackStrategy = {
      async suggestActions(_history, actions) {
        if ((calls += 1) === 1) throw new Error('not yet');
        for (let turns = 0; turns < 12; turns += 1) await turn();
        return actions;
      },
    };
    const loop = createTestLoop({ goalState, pollInterval: 60_000, worker: { strategy } });
    listenBadly(loop);
    await loop.client.record({ steps: 1 });
    await loop.advance(59_999);
    await expect(loop.advance(1)).rejects.toThrow('mine');
    expect(calls).toBe(2);
  });

  test('and nobody was told is what dispose() throws, when all is closed', async () => {
    const loop = createTestLoop({ goalState });
    listenBadly(loop);
    await loop.client.record({ steps: 1 });
    await settle();
    expect(() => loop.dispose()).toThrow('mine');
    expect(loop.client.state().phase).toBe('disposed');
    expect(loop.clock.nextAt()).toBeNull();
    loop.dispose();
  });

  test.each<[how: string, leave: (loop: TestLoop) => void]>([
    ['reloaded', (loop) => void loop.reload()],
    ['closed', (loop) => loop.tab.close()],
    ['closed asleep', (loop) => {
      loop.tab.sleep();
      loop.tab.close();
    }],
  ])('just before its tab was %s is told all the same, once', async (_how, leave) => {
    const loop = createTestLoop({ goalState });
    listenBadly(loop, 'one');
    listenBadly(loop, 'two');
    await loop.client.record({ steps: 1 });
    await settle();
    leave(loop);
    await expect(loop.settle()).rejects.toThrow('one');
    await expect(loop.advance(1)).rejects.toThrow('two');
    await loop.advance(60_000);
    loop.dispose();
  });

  test('in a tab that is asleep when all ends is what dispose() throws, whether its time had come or not', async () => {
    for (const passed of [false, true]) {
      const loop = createTestLoop({ goalState });
      listenBadly(loop);
      await loop.client.record({ steps: 1 });
      await settle();
      loop.tab.sleep();
      if (passed) await loop.settle();
      expect(() => loop.dispose()).toThrow('mine');
      expect(loop.client.state().phase).toBe('disposed');
    }
  });

  test('at its end is told too', async () => {
    const loop = createTestLoop();
    loop.client.on('status', ({ phase }) => {
      if (phase === 'disposed') throw new Error('mine');
    });
    loop.reload();
    expect(() => loop.dispose()).toThrow('mine');
  });
});

test.each(['settle', 'restartWorker'] as const)('%s() waits for what a page without a worker loads', async (method) => {
  // As in the first test of a file: nothing is loaded yet, and the disk is slow.
  vi.resetModules();
  vi.doMock('../../../src/page/session/in-page-host.ts', async (load) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return load();
  });
  onTestFinished(() => vi.doUnmock('../../../src/page/session/in-page-host.ts'));
  const testing = await import('../../../src/testing.ts');
  const loop = testing.createTestLoop({ goalState, serviceWorker: 'unsupported' });
  let isStored = false;
  void loop.client.record({ steps: 1 }).then(() => (isStored = true));
  await loop[method]();
  expect(isStored).toBe(true);
});

describe('time', () => {
  test.each([undefined, Number.NaN, Infinity, -1, '1000'])('is not let pass by %s', async (ms) => {
    const loop = createTestLoop({ goalState });
    const before = loop.clock.now();
    await expect(loop.advance(ms as number)).rejects.toMatchObject({ code: 'options.invalid', details: { option: 'ms' } });
    expect(loop.clock.now()).toBe(before);
  });

  test('does not run out for a strategy that takes a few turns of the event loop when its turn comes in the middle', async () => {
    let calls = 0;
    const strategy: GoalFeedbackStrategy = {
      async suggestActions(_history, actions) {
        if ((calls += 1) === 1) throw new Error('not yet');
        for (let turns = 0; turns < 8; turns += 1) await turn();
        return actions;
      },
    };
    const failures: unknown[] = [];
    const logSinks = [({ code }: { code: string }) => code.startsWith('strategy.') && failures.push(code)];
    const loop = createTestLoop({ goalState, worker: { strategy, logSinks } });
    await loop.client.record({ steps: 1 });
    await loop.advance(120_000);
    expect(failures).toEqual(['strategy.failed']);
    expect(calls).toBe(2);
    expect(await loop.client.nudges()).toHaveLength(1);
  });

  test.each([DAY, -DAY])('runs on for a call that is under way when somebody sets the clock by %i ms', async (jump) => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.messages.lose();
    let code = '';
    loop.client.record({ steps: 1 }).catch((error: { code: string }) => (code = error.code));
    await loop.advance(3_000);
    loop.clock.jump(loop.clock.now() + jump);
    await loop.advance(6_999);
    expect(code).toBe('');
    await loop.advance(1);
    expect(code).toBe('call.timeout');
  });
});
