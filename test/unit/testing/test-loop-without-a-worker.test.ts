import type { GoalFeedbackStrategy } from 'nudgeloop/core';
import { createTestLoop } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { fixed, goalState, stepsOf } from './steps-of.ts';

describe('without a service worker', () => {
  test.each([
    ['unsupported', 'unsupported', ['worker.fallback']],
    ['insecure', 'insecure', ['worker.fallback']],
    [false, 'not-wanted', []],
  ] as const)('(%s) the page hosts the loop, and says why', async (serviceWorker, fallbackReason, warnings) => {
    const codes: string[] = [];
    const logSinks = [({ level, code }: { level: string; code: string }) => level === 'warn' && codes.push(code)] as never;
    const loop = createTestLoop({ goalState, serviceWorker, logSinks });
    await loop.client.record({ steps: 1 });
    expect(loop.client.state()).toMatchObject({ host: 'page', fallbackReason, durable: true });
    expect(codes).toEqual(warnings);
    expect(loop.workerStarts()).toBe(0);
  });

  test('the app may refuse to go on', async () => {
    const loop = createTestLoop({ serviceWorker: 'insecure', fallback: false });
    await expect(loop.client.record({ steps: 1 })).rejects.toMatchObject({ code: 'worker.unavailable', details: { reason: 'insecure' } });
  });

  test('a page without a worker runs the app\'s own strategies too, if it was given them', async () => {
    const strategies = { fixed: () => fixed(42) };
    const loop = createTestLoop({ goalState, serviceWorker: 'unsupported', strategy: { type: 'fixed' }, strategies });
    const heard: unknown[] = [];
    loop.client.on('nudge', ({ suggestions }) => heard.push(suggestions[0]?.['steps']));
    await loop.client.record({ steps: 21 });
    await loop.advance(1_000);
    expect(heard).toEqual([42]);
    const without = createTestLoop({ goalState, serviceWorker: 'unsupported', strategy: { type: 'fixed' } });
    await expect(without.client.record({ steps: 21 })).rejects.toMatchObject({ code: 'strategy.unknown' });
  });

  test('tabs work over one storage, and time does not run out while a module is loaded', async () => {
    const loop = createTestLoop({ goalState, serviceWorker: 'unsupported' });
    const other = loop.openTab();
    const ready = Promise.all([loop.client.ready, other.client.ready]);
    await loop.advance(60_000);
    await ready;
    await loop.client.record({ steps: 1 });
    await other.client.record({ steps: 2 });
    loop.reload();
    expect(await stepsOf(loop.client)).toEqual([1, 2]);
  });

  test('two insecure tabs, which have no locks either, work side by side, and each action has one nudge', async () => {
    let answer = (_suggestions: [{ steps: number }]): void => undefined;
    const slow: GoalFeedbackStrategy = { suggestActions: () => new Promise((resolve) => (answer = resolve)) };
    const options = { goalState, strategy: { type: 'own' } };
    const loop = createTestLoop({ ...options, serviceWorker: 'insecure', strategies: { own: () => slow } });
    const other = loop.openTab({ ...options, strategies: { own: () => fixed(42) } });
    await loop.client.record({ steps: 1 });
    await loop.settle();
    await other.client.record({ steps: 2 });
    await loop.settle();
    const advised = async () => (await other.client.nudges()).map(({ suggestions }) => suggestions[0]?.['steps']);
    expect(await advised()).toEqual([42, 42]);
    answer([{ steps: 7 }]);
    await loop.advance(60_000);
    expect(await advised()).toEqual([42, 42]);
  });

  test('a worker that never answers is replaced by the page', async () => {
    const loop = createTestLoop({ goalState });
    loop.messages.lose('requests');
    const recording = loop.client.record({ steps: 1 });
    await loop.advance(10_000);
    expect(await recording).toMatchObject({ count: 1 });
    expect(loop.client.state()).toMatchObject({ host: 'page', fallbackReason: 'no-answer' });
  });
});
