import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSimulatedClock, GoalDrivenFeedbackLoop, GoalFeedbackWorker, SimpleGoalFeedbackStrategy } from 'nudgeloop/core';

const strategy = new SimpleGoalFeedbackStrategy();
const persistence = createMemoryPersistence({ newId: () => 'e' });
const clock = createSimulatedClock(0);

const makers: readonly [string, (options: object) => unknown][] = [
  ['a loop by itself', (options) => new GoalDrivenFeedbackLoop({ strategy, persistence, clock, ...options })],
  ['a worker', (options) => new GoalFeedbackWorker({ strategy, persistence, clock, ...options })],
];

describe.each(makers)('%s refuses, when it is made and not at a call, with the option named,', (_maker, make) => {
  test.each([
    [{ timestampField: '' }], [{ timestampField: 'constructor' }], [{ timestampField: 7 }], [{ timestampField: null }],
    [{ strategyDeadline: Number.NaN }], [{ strategyDeadline: 0 }], [{ strategyDeadline: Infinity }], [{ strategyDeadline: '5' }],
    [{ storageLimit: Number.NaN }], [{ storageLimit: -1 }], [{ storageLimit: 1.5 }], [{ storageLimit: Infinity }], [{ storageLimit: '9' }],
    [{ retentionLimit: -1 }], [{ retentionLimit: Number.NaN }], [{ retentionWindow: { months: 1 } }],
    [{ strategy: { suggestActions: 3 } }],
  ])('%o', (options) => {
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option: Object.keys(options)[0] }) as unknown }),
    );
  });
});
