import { describe, expect, test } from 'vitest';
import { checkImport } from '../../../src/loop/import-loop.ts';
import { parseActions } from '../../../src/model/action.ts';
import { readBroadcast } from '../../../src/protocol/events.ts';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser } from '../page/fake-browser.ts';
import { createRawWorker } from './raw-worker.ts';

/** A list that costs nothing to make and to send: V8 lays out none of these holes. Four billion are possible. */
const holes = (): unknown[] => {
  const list: unknown[] = [];
  list.length = 40_000_000;
  return list;
};

/** Milliseconds that a look at the length may take, with much to spare; a walk over the holes takes several times as long. */
const AT_ONCE = 200;

async function timeOf(run: () => unknown): Promise<number> {
  const start = performance.now();
  try {
    await run();
  } catch {
    // A refusal is as good as an answer here.
  }
  return performance.now() - start;
}

// Shared in a message, one large action costs nothing to send ten thousand times over; a copy of each would fill the memory.
test.each(['history', 'pending'])('one action ten thousand times over in the %s of an import is refused before all of it is copied', (list) => {
  let reads = 0;
  const text = 'x'.repeat(30_000);
  const entry = {
    at: 0,
    get action() {
      reads += 1;
      return { text };
    },
    get actions() {
      reads += 1;
      return [{ text }];
    },
  };
  const file = { format: 'nudgeloop-export', version: 1, goalState: null, analysis: {}, history: [], pending: [], [list]: Array.from({ length: 10_000 }, () => entry) };
  expect(() => checkImport(file, { timestampField: 'timestamp', storageLimit: 50_000_000 })).toThrow(/import|large/);
  expect(reads).toBeLessThan(9_000);
});

describe('a list without end stops nobody', () => {
  test('in record', async () => {
    expect(await timeOf(async () => parseActions(holes()))).toBeLessThan(AT_ONCE);
  });

  test.each(['acknowledge', 'retry', 'discard'] as const)('in %s', async (method) => {
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.ready;
    const call = { acknowledge: client.acknowledge, ...client.deadLetters }[method];
    expect(await timeOf(() => call(holes() as never))).toBeLessThan(AT_ONCE);
  });

  test('in the options, nor text in place of a range', async () => {
    const page = createFakeBrowser().openPage();
    expect(await timeOf(() => createClient({ serviceWorker: page.registration, logSinks: holes() as never }, page.realm).dispose())).toBeLessThan(AT_ONCE);
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    expect(await timeOf(() => client.history('x'.repeat(1_000_000) as never))).toBeLessThan(AT_ONCE);
  });

  test('in a broadcast, which reaches every tab', async () => {
    const event = { type: 'nudges.acknowledged', loop: 'default', seqs: holes() };
    expect(await timeOf(() => readBroadcast({ nudgeloop: 1, epoch: 'e', event }))).toBeLessThan(AT_ONCE);
  });

  test.each([
    ['record', { client: 'client-raw', seq: 0, actions: holes() }],
    ['suggestActions', { history: holes(), actions: [] }],
    ['importLoop', { data: { format: 'nudgeloop-export', version: 1, history: holes(), pending: [], goalState: null, analysis: {} } }],
    ['importLoop', { data: { format: 'nudgeloop-export', version: 1, history: [], pending: [{ actions: holes() }], goalState: null, analysis: {} } }],
    ['acknowledge', { nudges: holes() }],
    ['discardDeadLetters', { seqs: holes() }],
    ['hello', { protocol: { min: 1, max: 1 }, settings: { strategy: { type: 'simple', oneDirectionLayers: holes() } } }],
    ['erase', { loop: holes() }],
  ])('in a message that calls %s', async (method, request) => {
    const { call } = createRawWorker();
    let answer: unknown;
    expect(await timeOf(async () => (answer = await call(method, { loop: 'default', ...request })))).toBeLessThan(AT_ONCE);
    expect(answer).toMatchObject({ ok: false });
  });
});
