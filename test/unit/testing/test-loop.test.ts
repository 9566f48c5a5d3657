import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createMemoryActionSource, createTestLoop, isNudgeloopError } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { goalState, stepsOf } from './steps-of.ts';

describe('a test loop', () => {
  test('is the real client and worker over a storage that counts as durable', async () => {
    const loop = createTestLoop({ goalState });
    expect(await loop.client.record({ steps: 4_000 })).toMatchObject({ count: 1, durable: true, duplicate: false });
    expect(await loop.client.ready).toMatchObject({ host: 'service-worker', durable: true });
    expect(loop.client.state()).toMatchObject({ phase: 'ready', host: 'service-worker', fallbackReason: null });
  });

  test('knows nothing of another one', async () => {
    const [one, other] = [createTestLoop({ goalState }), createTestLoop()];
    await one.client.record({ steps: 1 });
    expect(await other.client.history()).toEqual([]);
  });

  test('refuses options as the product does', () => {
    const codeOf = (make: () => unknown): string | undefined => {
      try {
        make();
      } catch (error) {
        return isNudgeloopError(error) ? `${error.code} ${String(error.details?.['option'])}` : 'untyped';
      }
      return undefined;
    };
    expect(codeOf(() => createTestLoop({ steps: 1 } as never))).toBe('options.invalid steps');
    expect(codeOf(() => createTestLoop({ worker: { strategy: {} as never } }))).toBe('options.invalid strategy');
    expect(codeOf(() => createTestLoop({ retentionLimit: -1 }))).toBe('options.invalid retentionLimit');
  });

  test('has named loops, sources and settings of the worker', async () => {
    const source = createMemoryActionSource('watch', 'walks');
    const loop = createTestLoop({ worker: { sources: [source], settings: { retentionLimit: 2 } } });
    const walks = loop.client.loop('walks');
    await walks.ready;
    source.push({ steps: 1 }, { steps: 2 }, { steps: 3 });
    await loop.advance(60_000);
    expect(await stepsOf(walks)).toEqual([2, 3]);
  });

  test('ends with dispose: calls reject, and nothing is done any more', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    loop.storage.hold();
    const waiting = loop.client.record({ steps: 1 }).catch((error: unknown) => error);
    await loop.settle();
    loop.dispose();
    expect(await waiting).toMatchObject({ code: 'client.disposed' });
    const sent = loop.messages.sent();
    await loop.advance(3_600_000);
    expect(loop.messages.sent()).toBe(sent);
    expect(loop.clock.nextAt()).toBeNull();
  });
});

describe('time', () => {
  test('passes only when it is told to, and what is due happens at its instant', async () => {
    const at: number[] = [];
    const strategy: GoalFeedbackStrategy = {
      suggestActions(_history, actions, _goal, { now }) {
        at.push(now);
        if (at.length < 3) throw new Error('not yet');
        return actions;
      },
    };
    const loop = createTestLoop({ goalState, pollInterval: 10_000, start: 0, worker: { strategy } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    expect(at).toEqual([0]);
    await loop.advance(60_000);
    expect(at).toEqual([0, 10_000, 30_000]);
    expect(loop.clock.now()).toBe(60_000);
    expect(await loop.client.nudges()).toHaveLength(1);
  });

  test('brings what a listener threw to whoever lets it pass', async () => {
    const loop = createTestLoop({ goalState });
    loop.client.on('nudge', () => {
      throw new Error('mine');
    });
    await loop.client.record({ steps: 1 });
    await expect(loop.advance(1)).rejects.toThrow('mine');
    await loop.advance(1);
  });

  test('that jumps makes nothing expire at once, as in the product', async () => {
    const loop = createTestLoop({ goalState, retentionWindow: { days: 30 } });
    await loop.client.record({ steps: 1 });
    loop.clock.jump(loop.clock.now() + 60 * 86_400_000);
    await loop.advance(120_000);
    expect(await stepsOf(loop.client)).toEqual([1]);
    await loop.advance(660_000);
    expect(await stepsOf(loop.client)).toEqual([]);
  });

  test('passes fast: half a day of looks at due work in well under ten seconds', async () => {
    const loop = createTestLoop({ goalState });
    await loop.client.ready;
    const sent = loop.messages.sent('waking');
    await loop.advance(43_200_000);
    expect(loop.messages.sent('waking') - sent).toBeGreaterThanOrEqual(720);
  }, 10_000);
});
