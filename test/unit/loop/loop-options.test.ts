import { describe, expect, test } from 'vitest';
import {
  createMemoryPersistence,
  createSimulatedClock,
  GoalDrivenFeedbackLoop,
  GoalFeedbackWorker,
  PersonalityGoalFeedbackStrategy,
  SimpleGoalFeedbackStrategy,
  type LoopTuning,
} from 'nudgeloop/core';

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
    [{ strategy: { suggestActions: 3 } }], [{ persistence: {} }], [{ persistence: null }], [{ clock: { now: 0 } }], [{ log: () => undefined }],
    [{ guardsClock: 1 }], [{ name: 5 }],
  ])('%o', (options) => {
    expect(() => make(options)).toThrow(
      expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option: Object.keys(options)[0] }) as unknown }),
    );
  });
});

const strategies: readonly [string, (options: object) => unknown][] = [
  ['the simple strategy', (options) => new SimpleGoalFeedbackStrategy(options)],
  ['the strategy with a personality', (options) => new PersonalityGoalFeedbackStrategy(options)],
];

describe.each([...makers, ...strategies])('%s', (maker, make) => {
  test.each(['retention_limit', 'one_direction_layers', 'retentionlimit', 'constructor', '__proto__x'])('refuses the option %s, of which it knows nothing, and lists those that it knows', (option) => {
    expect(() => make({ [option]: 1 })).toThrow(
      expect.objectContaining({ code: 'options.invalid', details: { option }, message: expect.stringContaining(maker.includes('strategy') ? 'oneDirectionLayers' : 'retentionLimit') as unknown }),
    );
  });

  test.each([null, 5, 'options'])('refuses %j in place of its options', (options) => {
    const made = maker.includes('strategy') ? make : () => (maker.includes('worker') ? new GoalFeedbackWorker(options as never) : new GoalDrivenFeedbackLoop(options as never));
    expect(() => made(options as never)).toThrow(expect.objectContaining({ code: 'options.invalid', details: { option: 'options' } }));
  });
});

test.each([{ sources: 5 }, { sources: [null] }, { bus: {} }, { newId: 'id' }, { exclusively: true }, { persistence: undefined }])('a worker refuses %j when it is made', (wrong) => {
  expect(() => new GoalFeedbackWorker({ strategy, persistence, ...(wrong as object) })).toThrow(
    expect.objectContaining({ code: 'options.invalid', details: { option: Object.keys(wrong)[0] } }),
  );
});

test.each([{ personality: 5 }, { oneDirectionLayers: 'time' }, { oneDirectionLayers: [5] }])('a strategy refuses %j', (wrong) => {
  expect(() => new PersonalityGoalFeedbackStrategy(wrong as never)).toThrow(
    expect.objectContaining({ code: 'options.invalid', details: { option: Object.keys(wrong)[0] } }),
  );
});

test('a strategy may be made from the choice of a page, which says its type too', () => {
  const choice = { type: 'gentle', personality: 'cautious' };
  expect(new PersonalityGoalFeedbackStrategy(choice).suggestActions([{ steps: 0 }], [{ steps: 0 }], { steps: 8 })).toEqual([{ steps: 2 }]);
});

test('options may be an object of a class, with getters', async () => {
  class Options {
    get strategy() {
      return new PersonalityGoalFeedbackStrategy(new Choice());
    }
    get persistence() {
      return createMemoryPersistence();
    }
    get goalState() {
      return { steps: 8 };
    }
  }
  class Choice {
    get personality() {
      return 'cautious';
    }
  }
  const loop = new GoalDrivenFeedbackLoop(new Options());
  expect(await loop.suggestActions([{ steps: 0 }], [{ steps: 0 }])).toMatchObject([{ steps: 2 }]);
  expect(await new GoalFeedbackWorker(new Options()).record({ steps: 1 })).toMatchObject({ count: 1 });
});

test('without options there are memory, the time and the ids of the machine', async () => {
  const worker = new GoalFeedbackWorker({ strategy, persistence: createMemoryPersistence() });
  expect(await worker.record({ steps: 1 })).toMatchObject({ count: 1 });
  expect(await createMemoryPersistence({}).epoch()).toMatch(/^[\da-f-]{36}$/);
});

/** Every option of a loop with a value that is not its default. That none is missing, the compiler checks. */
const chosen: { readonly [Option in keyof LoopTuning]-?: LoopTuning[Option] & {} } = {
  retentionLimit: 7, retentionWindow: 8_000, timestampField: 'on', pollInterval: 9_000, outboxLimit: 11, pendingLimit: 12, deadLetterLimit: 13, maxAttempts: 14,
  storageLimit: 15_000,
};

test('a worker by itself shows with which options it works, each of them', async () => {
  const worker = new GoalFeedbackWorker({ strategy, persistence: createMemoryPersistence(), ...chosen });
  expect((await worker.inspect()).settings).toEqual(chosen);
});

// An option that stands for a number of something must be a whole one, whatever it is called.
test.each(Object.entries(chosen).filter(([name, value]) => typeof value === 'number' && !['pollInterval', 'retentionWindow'].includes(name)))('a worker takes only whole numbers for %s', (name) => {
  expect(() => new GoalFeedbackWorker({ strategy, persistence, [name]: 1.5 })).toThrow(expect.objectContaining({ details: expect.objectContaining({ option: name }) as unknown }));
});
