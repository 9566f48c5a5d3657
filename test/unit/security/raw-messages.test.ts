import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { requestSchemas } from '../../../src/protocol/requests.ts';
import { cloneable, parseable } from '../../hostile/corpus.ts';
import { createRawWorker } from './raw-worker.ts';

const client = 'client-raw';
const id = { client, seq: 1 };

/** A good request of each method; each of its fields is replaced in turn. */
const requests: { readonly [Method in keyof typeof requestSchemas]: Readonly<Record<string, unknown>> } = {
  hello: { protocol: { min: 1, max: 1 }, loop: 'a', settings: { strategy: { type: 'simple' } } },
  record: { loop: 'a', client, seq: 1, actions: [{ steps: 1 }] },
  setGoalState: { loop: 'a', goalState: { steps: 1 }, call: id },
  suggestActions: { loop: 'a', history: [], actions: [{ steps: 1 }] },
  history: { loop: 'a', limit: 10, before: 5, from: 0, to: 5 },
  nudges: { loop: 'a', after: -1, limit: 10 },
  acknowledge: { loop: 'a', nudges: [{ seq: 0, id: 'x' }] },
  inspect: { loop: 'a', deadLetters: { limit: 10, before: 5, from: 0, to: 5 } },
  resetHistory: { loop: 'a', call: id },
  exportLoop: { loop: 'a' },
  importLoop: { loop: 'a', data: { format: 'nudgeloop-export', version: 1, history: [], pending: [], goalState: null, analysis: {} }, call: id },
  retryDeadLetters: { loop: 'a', seqs: [0] },
  discardDeadLetters: { loop: 'a', seqs: [0] },
  erase: { loop: 'a' },
  poke: { loop: 'a' },
};
const REFUSALS = /^(action|goal|options|message)\.invalid$|^strategy\.unknown$|^update\.needed$|^receipt\.conflict$|^epoch\.reset$/;

/** These take long to clone. */
const isHeavy = (name: string): boolean => /^20,000|MB/.test(name);

function outcomeOf({ ok, error }: { readonly ok: boolean; readonly error?: { readonly code: string } }): string {
  return ok ? 'accepted' : (error?.code ?? 'no code');
}

describe('a raw message that calls a method', () => {
  test.each(Object.entries(requests))('%s is answered or refused with a code, whatever stands in any of its fields', async (method, request) => {
    const worker = createRawWorker();
    const wrong: string[] = [];
    for (const { name, make } of cloneable) {
      const given: (readonly [string, () => unknown])[] = [
        ['all of it', make],
        ...Object.keys(request).map((field) => [field, () => ({ ...request, [field]: make() })] as const),
        ...Object.keys(request).map((field) => [`in ${field}`, () => ({ ...request, [field]: [make()] })] as const),
      ];
      for (const [where, argument] of isHeavy(name) ? given.slice(0, 2) : given) {
        const outcome = outcomeOf(await worker.call(method, argument()));
        if (outcome !== 'accepted' && !REFUSALS.test(outcome)) wrong.push(`${name} for ${where}: ${outcome}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(worker.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await worker.call('record', { loop: 'last', client, seq: 9, actions: [{ steps: 7 }] })).toMatchObject({ ok: true });
  });

  test('stores nothing of what it refused', async () => {
    const { call } = createRawWorker();
    const refused = cloneable.filter(({ cloned }) => cloned === 'refused');
    for (const [seq, { make }] of refused.entries()) {
      expect(await call('record', { loop: 'a', client, seq, actions: [{ steps: 1 }, { extra: make() }] })).toMatchObject({ ok: false });
      expect(await call('setGoalState', { loop: 'a', goalState: { extra: make() } })).toMatchObject({ ok: false });
    }
    expect(await call('inspect', { loop: 'a' })).toMatchObject({ value: { inspection: { revision: 0, goalState: null, history: { count: 0 }, pending: { count: 0 } } } });
  });

  test('takes any number for a number, and stays at work', async () => {
    const { call } = createRawWorker();
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0, 2 ** 53, 1e308, -1e308));
    await call('record', { loop: 'a', client, seq: 1, actions: [{ steps: 1 }, { steps: 2 }] });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('history', 'nudges', 'discardDeadLetters', 'acknowledge'), number, number, async (method, one, other) => {
        const argument = { loop: 'a', limit: one, before: other, from: other, to: one, after: one, seqs: [one, other], nudges: [{ seq: one, id: 'x' }] };
        expect(outcomeOf(await call(method, argument))).toMatch(/^accepted$|^message\.invalid$/);
      }),
      { numRuns: 300 },
    );
    expect(await call('history', { loop: 'a' })).toMatchObject({ value: [{ action: { steps: 1 } }, { action: { steps: 2 } }] });
  });
});

describe('an import file', () => {
  const good = { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 0, goalState: { steps: 5 }, analysis: {}, history: [{ at: 0, action: { steps: 9 } }], pending: [] };

  // What is too deep for a clone never gets here.
  const postable = parseable.filter(({ cloned }) => cloned !== null);

  test.each(postable.map((each) => [each.name, each] as const))('with %s anywhere in it is taken whole or refused whole', async (name, { make }) => {
    const { call } = createRawWorker();
    await call('record', { loop: 'a', client, seq: 1, actions: [{ steps: 1 }] });
    const places: readonly (() => unknown)[] = [
      make,
      ...Object.keys(good).map((field) => () => ({ ...good, [field]: make() })),
      ...['history', 'pending'].map((field) => () => ({ ...good, [field]: [make()] })),
      () => ({ ...good, history: [{ at: 0, action: { steps: 9 } }, { at: make(), action: { extra: make() } }] }),
      () => ({ ...good, pending: [{ actions: [{ extra: make() }] }] }),
      () => ({ ...good, analysis: { steps: make() } }),
    ];
    for (const place of isHeavy(name) ? places.slice(0, 3) : places) {
      const before = JSON.stringify((await call('exportLoop', { loop: 'a' })).value);
      const outcome = outcomeOf(await call('importLoop', { loop: 'a', data: JSON.parse(JSON.stringify(place())) as unknown }));
      expect(outcome).toMatch(/^accepted$|^(action|goal|message)\.invalid$/);
      if (outcome !== 'accepted') expect(JSON.stringify((await call('exportLoop', { loop: 'a' })).value)).toBe(before);
    }
    expect(({} as { canary?: unknown }).canary).toBeUndefined();
  });

  test('of random shape changes nothing', async () => {
    const { call } = createRawWorker();
    await call('record', { loop: 'a', client, seq: 1, actions: [{ steps: 1 }] });
    const file = fc.record({ format: fc.constant('nudgeloop-export'), version: fc.constant(1), history: fc.jsonValue(), pending: fc.jsonValue(), goalState: fc.jsonValue(), analysis: fc.jsonValue() });
    await fc.assert(
      fc.asyncProperty(file, async (data) => {
        expect(outcomeOf(await call('importLoop', { loop: 'b', data }))).toMatch(/^accepted$|^(action|goal|message)\.invalid$/);
      }),
    );
    expect(await call('history', { loop: 'a' })).toMatchObject({ value: [{ action: { steps: 1 } }] });
  });
});
