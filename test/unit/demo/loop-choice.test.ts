import { expect, test } from 'vitest';
import { choiceOf, describeSettings, optionsOf, STRATEGIES, type LoopChoice } from '../../../demo/loop/loop-choice.ts';

test.each(STRATEGIES)('a loop that was opened as %s shows the same choice in the form', (strategy) => {
  const choice: LoopChoice = { strategy, oneDirection: strategy !== 'neutral', retentionLimit: 7, retentionDays: null };
  expect(choiceOf(optionsOf(choice) as Parameters<typeof choiceOf>[0])).toEqual(choice);
});

test('settings are told in words', () => {
  const choice: LoopChoice = { strategy: 'cautious', oneDirection: true, retentionLimit: 1, retentionDays: 30 };
  expect(describeSettings(optionsOf(choice) as Parameters<typeof describeSettings>[0])).toBe(
    'strategy cautious; never less of: Steps, Very active minutes; keeps 1 action; for 30 days',
  );
});

test('a window that was set in milliseconds is shown in days', () => {
  expect(choiceOf({ retentionWindow: 172_800_000 }).retentionDays).toBe(2);
});
