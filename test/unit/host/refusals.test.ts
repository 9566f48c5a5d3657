import { describe, expect, test } from 'vitest';
import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { createStrategyRegistry } from '../../../src/loop/strategies/strategy-registry.ts';
import { STATE_KEY } from '../../../src/loop/state/loop-state.ts';
import type { JsonValue } from '../../../src/model/plain-data.ts';
import type { Answer } from '../../../src/protocol/api.ts';
import { client, createTestHost, ok, range } from './test-host.ts';

describe('a host', () => {
  test('refuses a strategy that it does not know, and loops that it does not offer', async () => {
    const { api } = createTestHost({ loops: ['a'] });
    expect(await api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'none' } } })).toMatchObject({ ok: false, error: { code: 'strategy.unknown' } });
    expect(await api.record({ loop: 'b', client, seq: 0, actions: [{}] })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
    expect(await ok(api.hello({ protocol: range, loop: 'a', settings: {} }))).toMatchObject({ host: 'page' });
  });

  test.each([
    ['with a lookback that is no number', { lookback: Number.NaN, suggestActions: () => [] }],
    ['with a lookback below 0', { lookback: -1, suggestActions: () => [] }],
    ['with a lookback that is text', { lookback: '7', suggestActions: () => [] }],
    ['without suggestActions', { lookback: 7 }],
    ['that is nothing at all', undefined],
  ])('says to the page that chose it that a strategy %s is refused, before any of it is stored', async (_title, made) => {
    const strategies = createStrategyRegistry({ own: () => made as never, all: () => ({ lookback: Infinity, suggestActions: () => [] }) });
    const { api, persistence } = createTestHost({ strategies });
    const hello = (type: string) => api.hello({ protocol: range, loop: 'a', settings: { strategy: { type } } });
    expect(await hello('own')).toMatchObject({ ok: false, error: { code: 'options.invalid', details: { option: 'strategy' } } });
    expect(await persistence.loops()).toEqual([]);
    expect(await hello('all')).toMatchObject({ ok: true });
  });

  test.each([
    ['a cycle', (() => { const loop: Record<string, unknown> = { type: 'simple' }; loop['self'] = loop; return loop; })()],
    ['a map', { type: 'simple', extra: new Map() }],
    ['four billion holes', { type: 'simple', extra: Object.assign([], { length: 4_294_967_295 }) }],
    ['an own __proto__', { type: 'simple', extra: JSON.parse('{"__proto__": {"polluted": 1}}') as unknown }],
  ])('refuses settings with %s, before any of it is stored', async (_title, strategy) => {
    const { api, persistence } = createTestHost();
    expect(await api.hello({ protocol: range, loop: 'a', settings: { strategy: strategy as never } })).toMatchObject({ ok: false, error: { code: 'options.invalid' } });
    expect(await persistence.loops()).toEqual([]);
  });

  test.each([{ fortnights: 1 }, { days: 'many' }, -1, 'a month', null, [30]])('refuses a retentionWindow of %j, before it is stored', async (retentionWindow) => {
    const { api, persistence } = createTestHost();
    const answer = await api.hello({ protocol: range, loop: 'a', settings: { retentionWindow: retentionWindow as never } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'options.invalid', details: { option: 'retentionWindow' } } });
    expect(await persistence.loops()).toEqual([]);
  });

  test.each([
    ['no request', 'record', undefined, 'request'],
    ['a request that is text', 'record', 'my secret', 'request'],
    ['a client without a name', 'record', { loop: 'a', client: '', seq: 0, actions: ['my secret'] }, 'client'],
    ['a client with a name without end', 'record', { loop: 'a', client: 'my secret '.repeat(7), seq: 0, actions: [] }, 'client'],
    ['a place below zero', 'record', { loop: 'a', client, seq: -1, actions: ['my secret'] }, 'seq'],
    ['a loop without name', 'inspect', { loop: '' }, 'loop'],
    ['a range that is text', 'inspect', { loop: 'a', deadLetters: { limit: 'my secret' } }, 'deadLetters.limit'],
    ['too many places', 'discardDeadLetters', { loop: 'a', seqs: Array.from({ length: 1_001 }, (_, seq) => seq) }, 'seqs'],
    ['a nudge under a name without end', 'acknowledge', { loop: 'a', nudges: [{ seq: 0, id: 'x' }, { seq: 1, id: 'my secret '.repeat(11) }] }, 'nudges.1.id'],
  ] as const)('refuses %s with the place of the fault and without quoting it', async (_title, method, request, place) => {
    const { api } = createTestHost();
    const answer = await (api[method] as (request: unknown) => Promise<Answer<unknown>>)(request);
    const issue = expect.stringMatching(new RegExp(`^${place} \\([a-z_ ]+\\)$`)) as string;
    const message = expect.stringMatching(new RegExp(`${place} \\([a-z_ ]+\\)\\. Correct the call, or deploy page and worker together\\.$`)) as string;
    expect(answer).toMatchObject({ ok: false, error: { code: 'message.invalid', details: { call: method, issues: issue }, message } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test.each([
    [{ personality: 5 }, 'settings.strategy.personality (pass string)'],
    [{ oneDirectionLayers: 'time' }, 'settings.strategy.oneDirectionLayers (pass array)'],
    [{ oneDirectionLayers: [5] }, 'settings.strategy.oneDirectionLayers.0 (pass string)'],
  ])('says which option of a strategy is refused, and what is wanted there: %j', async (options, issue) => {
    const { api } = createTestHost();
    const answer = await api.hello({ protocol: range, loop: 'a', settings: { strategy: { type: 'personality', ...options } as never } });
    const message = `The call hello is invalid: ${issue}. Correct the call, or deploy page and worker together.`;
    expect(answer).toMatchObject({ ok: false, error: { code: 'options.invalid', message, details: { issues: issue } } });
  });

  test('takes calls of a client whose name counts up, as in tests of an app', async () => {
    const { api } = createTestHost();
    expect(await ok(api.record({ loop: 'a', client: createSequentialIds()(), seq: 0, actions: [{ steps: 1 }] }))).toMatchObject({ receipt: { id: 'id-1-0' } });
  });

  test('has room for suggestions as for actions: with neither beyond the limit that holds where none is set', async () => {
    const memory = createMemoryPersistence({ newId: createSequentialIds('epoch') });
    const { api } = createTestHost({}, memory);
    await ok(api.setGoalState({ loop: 'a', goalState: { steps: 1 } }));
    await memory.write('a', async (transaction) => {
      const state = (await transaction.readDocument(STATE_KEY)) as Record<string, JsonValue>;
      transaction.writeDocument(STATE_KEY, { ...state, history: { ...(state['history'] as object), bytes: 50_000_000 } }, 0);
    });
    const other = createTestHost({}, memory).api;
    for (const answer of [other.record({ loop: 'a', client, seq: 0, actions: [{ steps: 1 }] }), other.suggestActions({ loop: 'a', history: [], actions: [{ steps: 1 }] })]) {
      expect(await answer).toMatchObject({ ok: false, error: { code: 'storage.quota' } });
    }
  });
});
