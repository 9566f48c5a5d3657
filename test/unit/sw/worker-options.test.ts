import { expect, test } from 'vitest';
import { checkWorkerOptions, type WorkerOptions } from '../../../sw/worker-options.ts';

test.each<[option: string, options: unknown]>([
  ['options', null],
  ['retention', { retention: 3 }],
  ['database', { database: '' }],
  ['strategy', { strategy: { type: 'simple' } }],
  ['strategy', { strategy: { lookback: Number.NaN, suggestActions: () => [] } }],
  ['strategies', { strategies: { gentle: {} } }],
  ['strategies', { strategies: null }],
  ['loops', { loops: 'sleep' }],
  ['loops', { loops: [7] }],
  ['settings', { settings: null }],
  ['settings.retentionWidow', { settings: { retentionWidow: { days: 30 } } }],
  ['settings.retentionLimit', { settings: { retentionLimit: -1 } }],
  ['settings.timestampField', { settings: { timestampField: 'constructor' } }],
  ['settings.retentionWindow', { settings: { retentionWindow: Number.NaN } }],
  ['settings.retentionWindow', { settings: { retentionWindow: null } }],
  ['settings.retentionWindow', { settings: { retentionWindow: { months: 1 } } }],
  ['settings.strategy', { settings: { strategy: { type: 'simple' } } }],
  ['settings.goalState', { settings: { goalState: { steps: 1 } } }],
  ['durability', { durability: 'lax' }],
  ['sources', { sources: [{ name: 'watch' }] }],
  ['sources', { sources: [{ poll: () => ({ actions: [], cursor: null }) }] }],
  ['sources', { sources: Array.from({ length: 2 }, () => ({ name: 'watch', poll: () => ({ actions: [], cursor: null }) })) }],
  ['sources', { loops: ['sleep'], sources: [{ name: 'watch', poll: () => ({ actions: [], cursor: null }) }] }],
  ['surface', { surface: {} }],
  ['strategyDeadline', { strategyDeadline: 0 }],
  ['logSinks', { logSinks: console.log }],
])('a worker says at its start that its option %s is wrong: %o', (option, options) => {
  expect(() => checkWorkerOptions(options as WorkerOptions)).toThrow(
    expect.objectContaining({ code: 'options.invalid', details: expect.objectContaining({ option }) as unknown }),
  );
});

test('a worker takes every option that its type allows', () => {
  const options: WorkerOptions = {
    database: 'steps',
    strategies: { gentle: () => ({ suggestActions: async () => [] }) },
    loops: ['default', 'sleep'],
    settings: { retentionWindow: { days: 30 }, retentionLimit: 0, maxAttempts: 2 },
    durability: 'relaxed',
    sources: [
      { name: 'watch', poll: (cursor) => ({ actions: [], cursor }) },
      { name: 'watch', loop: 'sleep', poll: (cursor) => ({ actions: [], cursor }) },
    ],
    strategyDeadline: Number.MAX_SAFE_INTEGER,
    logSinks: [() => undefined],
  };
  expect(() => checkWorkerOptions(options)).not.toThrow();
});
