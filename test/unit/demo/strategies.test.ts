import { expect, test } from 'vitest';
import { judge } from 'nudgeloop/testing';
import { optionsOf, STRATEGIES, type LoopChoice } from '../../../demo/loop/loop-choice.ts';
import { strategies } from '../../../demo/loop/strategies.ts';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';

const GIVEN = { history: [{ steps: 4_000 }], actions: { steps: 4_200 }, goalState: { steps: 10_000 } };
const choiceOf = (strategy: LoopChoice['strategy']): LoopChoice => ({ strategy, oneDirection: true, retentionLimit: null, retentionDays: null });

/** The strategy that worker and page make of a choice. */
const made = (strategy: LoopChoice['strategy']) => createStrategyRegistry(strategies).create(optionsOf(choiceOf(strategy)).strategy);

test.each(STRATEGIES.filter((name) => name !== 'broken'))('%s, as the form offers it, suggests something', async (name) => {
  expect((await judge(made(name), GIVEN)).suggestions).toHaveLength(1);
});

test('broken fails, and leaves the action to the loop to keep', async () => {
  await expect(judge(made('broken'), GIVEN)).rejects.toMatchObject({ code: 'strategy.failed', details: { problem: 'threw RangeError' } });
  // A trusted one would have the action refused.
  expect(made('broken').trusted).toBeUndefined();
});

test('with broken, a visitor sees the last of three tries within ten seconds, and the other strategies wait as an app’s do', () => {
  const { pollInterval = Infinity } = optionsOf(choiceOf('broken'));
  expect(pollInterval + 2 * pollInterval).toBeLessThan(10_000);
  expect(optionsOf(choiceOf('simple'))).not.toHaveProperty('pollInterval');
});
