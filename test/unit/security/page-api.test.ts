import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { createClient } from '../../../src/page/client.ts';
import type { NudgeloopClient } from '../../../src/page/client-types.ts';
import { corpus, ofAnotherRealm, type HostileValue } from '../../hostile/corpus.ts';
import { createFakeBrowser } from '../page/fake-browser.ts';
import { outcomeOf, REFUSALS } from './outcome.ts';

const all = [...corpus, ...ofAnotherRealm((code) => runInNewContext(code) as unknown)];
const expected = (direct: HostileValue['direct']) => (direct === 'accepted' ? ['accepted'] : REFUSALS);

function setUp() {
  const page = createFakeBrowser().openPage();
  const client = createClient({ serviceWorker: page.registration }, page.realm);
  const stored = async (): Promise<unknown[]> => (await client.history({ limit: 10_000 })).map(({ action }) => action['steps']);
  return { page, client, stored };
}

/** Each method, given anything at all where it takes something of the app's. */
const calls: readonly (readonly [string, (client: NudgeloopClient, given: never) => unknown])[] = [
  ['record', (client, given) => client.record(given)],
  ['record a list', (client, given) => client.record([{ steps: 1 }, given])],
  ['setGoalState', (client, given) => client.setGoalState(given)],
  ['suggestActions', (client, given) => client.suggestActions(given, [])],
  ['suggestActions for', (client, given) => client.suggestActions([], given)],
  ['import', (client, given) => client.import(given)],
  ['acknowledge', (client, given) => client.acknowledge(given)],
  ['acknowledge a list', (client, given) => client.acknowledge([given])],
  ['acknowledge an id', (client, given) => client.acknowledge({ seq: 0, id: given } as never)],
  ['deadLetters.retry', (client, given) => client.deadLetters.retry(given)],
  ['deadLetters.discard', (client, given) => client.deadLetters.discard({ seq: given } as never)],
  ['deadLetters.list', (client, given) => client.deadLetters.list(given)],
  ['deadLetters.list from', (client, given) => client.deadLetters.list({ from: given, limit: given })],
  ['erase', (client, given) => client.loop('other').erase(given)],
  ['erase all', (client, given) => client.loop('other').erase({ all: given })],
  ['history', (client, given) => client.history(given)],
  ['history from', (client, given) => client.history({ from: given, limit: given })],
];
/** These are timed in `endless-lists.test.ts`, with shorter ones. */
const isEndless = (name: string, { name: value }: HostileValue): boolean =>
  (/acknowledge$|retry/.test(name) && value === 'four billion holes') || (/history$|list$/.test(name) && value === '10 MB of text');

describe('each method of a client', () => {
  test.each(calls)('%s answers anything with an answer or a typed error, and a good call follows', async (name, call) => {
    const { client } = setUp();
    const wrong: string[] = [];
    for (const hostile of all) {
      if (isEndless(name, hostile)) continue;
      const outcome = await outcomeOf(() => call(client, hostile.make() as never));
      if (outcome !== 'accepted' && !REFUSALS.includes(outcome)) wrong.push(`${hostile.name}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
    expect(await outcomeOf(() => client.record({ steps: 7 }))).toBe('accepted');
  });

  test.each(all.map((each) => [each.name, each] as const))('%s in an action is taken or refused, and nothing of a refused call is stored', async (_name, { make, direct }) => {
    const { client, stored } = setUp();
    expect(expected(direct)).toContain(await outcomeOf(() => client.record([{ steps: 1 }, { steps: 2, extra: make() }] as never)));
    expect(await outcomeOf(() => client.record({ steps: 3 }))).toBe('accepted');
    expect(await stored()).toEqual(direct === 'accepted' ? [1, 2, 3] : [3]);
  });

  test.each(all.map((each) => [each.name, each] as const))('%s in a goal is taken or refused', async (_name, { make, direct }) => {
    const { client } = setUp();
    expect(expected(direct)).toContain(await outcomeOf(() => client.setGoalState({ steps: 5, extra: make() })));
    const { loop } = await client.inspect();
    expect(loop.goalState === null).toBe(direct === 'refused');
    expect(await outcomeOf(() => client.setGoalState({ steps: 9 }))).toBe('accepted');
  });

  test('an import that no worker can be sent is refused at once, instead of never being answered', async () => {
    const browser = createFakeBrowser();
    const page = browser.openPage();
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.ready;
    const sent = browser.messages.sent('requests');
    let deep: unknown = 1;
    // V8 clones 3,000 levels, and can't read them in a worker; nobody is told.
    for (let level = 0; level < 3_000; level += 1) deep = { deep };
    await expect(client.import(deep)).rejects.toMatchObject({ code: 'message.invalid', details: { problem: 'cycle or too deep' } });
    expect(browser.messages.sent('requests')).toBe(sent);
  });

  test('random values change nothing that they were not meant to', async () => {
    const { client, stored } = setUp();
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withSet: true, withSparseArray: true, withTypedArray: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls.filter(([name]) => !/^(record|suggest)/.test(name))), anything, async ([, call], given) => {
        expect(['accepted', ...REFUSALS]).toContain(await outcomeOf(() => call(client, given as never)));
      }),
      { numRuns: 300 },
    );
    await client.record({ steps: 7 });
    expect(await stored()).toEqual([7]);
  });
});
