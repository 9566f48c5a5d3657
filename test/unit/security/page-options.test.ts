import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import { createClient } from '../../../src/page/client.ts';
import { corpus } from '../../hostile/corpus.ts';
import { createFakeBrowser } from '../page/fake-browser.ts';
import { outcomeOf, REFUSALS } from './outcome.ts';

/** Every option of a client. That none is missing, the compiler checks. */
const OPTIONS = Object.keys({
  ...{ loop: 0, database: 0, goalState: 0, strategy: 0, strategies: 0, retentionLimit: 0, retentionWindow: 0, timestampField: 0, pollInterval: 0 },
  ...{ outboxLimit: 0, pendingLimit: 0, deadLetterLimit: 0, maxAttempts: 0, storageLimit: 0, fallback: 0, deadline: 0, queueLimit: 0 },
  ...{ listenerLimit: 0, logSinks: 0, clock: 0, newId: 0, serviceWorker: 0 },
} satisfies { readonly [Option in keyof ClientOptions]-?: unknown });
const allowed = ['accepted', ...REFUSALS];

function open(given: unknown) {
  const page = createFakeBrowser().openPage();
  return createClient({ serviceWorker: page.registration, ...(given as object) }, page.realm);
}

describe('options of a client', () => {
  test.each(OPTIONS)('%s of any kind is taken or refused at once with a typed error', async (option) => {
    const wrong: string[] = [];
    for (const { name, make } of corpus) {
      // Timed in `endless-lists.test.ts`, with shorter ones.
      if (option === 'logSinks' && name === 'four billion holes') continue;
      // The app's own code: what it throws is the app's own.
      if (option === 'newId' && name === 'a function') continue;
      const outcome = await outcomeOf(() => open({ [option]: make() }).dispose());
      if (!allowed.includes(outcome)) wrong.push(`${name}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  test('anything in place of all options', async () => {
    const { realm } = createFakeBrowser().openPage();
    const wrong: string[] = [];
    for (const { name, make } of corpus) {
      const outcome = await outcomeOf(() => createClient(make() as never, realm).dispose());
      if (!allowed.includes(outcome)) wrong.push(`${name}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  });

  test('an unknown option is refused, whatever it is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (option) => {
        fc.pre(!OPTIONS.includes(option));
        expect(await outcomeOf(() => open(JSON.parse(`{${JSON.stringify(option)}: 1}`)))).toBe('options.invalid');
      }),
    );
  });
});

describe('names of loops', () => {
  test('of any kind are taken or refused at once with a typed error', async () => {
    const client = open({});
    const wrong: string[] = [];
    for (const { name, make } of corpus) {
      for (const call of [() => client.loop(make() as string), () => client.loop('other', make() as never), () => client.loop('another', { strategy: { type: 'simple', extra: make() } })]) {
        const outcome = await outcomeOf(() => void call());
        if (!allowed.includes(outcome)) wrong.push(`${name}: ${outcome}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'state', 'receipts:', '\u0000', '../..', '-', '🙂'])('a loop called %j is a loop like others', async (name) => {
    const client = open({});
    const loop = client.loop(name, { goalState: { steps: 10 } });
    await loop.record({ steps: 1 });
    expect((await loop.history()).map(({ action }) => action['steps'])).toEqual([1]);
    expect(await client.history()).toEqual([]);
    expect(await loop.erase()).toMatchObject({ loops: [name], actions: 1 });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])('a timestamp field called %s reads no field that is not the action’s own', async (timestampField) => {
    const outcome = await outcomeOf(() => open({ timestampField }).record({ steps: 1 }));
    expect(['accepted', 'options.invalid']).toContain(outcome);
  });

  test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'])('a strategy called %s is unknown', async (type) => {
    expect(await outcomeOf(() => open({ strategy: { type } }).record({ steps: 1 }))).toBe('strategy.unknown');
  });

  test.each(['toString', 'valueOf', 'hasOwnProperty', 'then', '0', '-1', ''])('a metric called %j is a metric like others', async (metric) => {
    const client = open({ goalState: { [metric]: 10 } });
    await client.record({ [metric]: 4 });
    await client.record({ [metric]: 4 });
    const [, nudge] = await client.nudges();
    expect(nudge?.analysis[metric]).toMatchObject({ goal: 10, current: 4, baseline: 4 });
  });
});
