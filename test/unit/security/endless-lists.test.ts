import { describe, expect, test } from 'vitest';
import { checkImport } from '../../../src/loop/check-import.ts';
import { parseActions } from '../../../src/model/parse-actions.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../../src/model/export-format.ts';
import { readBroadcast } from '../../../src/protocol/events.ts';
import { createClient } from '../../../src/page/client.ts';
import { createFakeBrowser, settle } from '../page/fake-browser.ts';
import { createRawWorker } from './raw-worker.ts';

/** Looks at a list that tell its length and kind; a walk over the holes takes as many as there are. */
const FEW = 100;

/**
 * A list that costs nothing to make and to send: V8 lays out none of these holes. Four billion are possible. It counts how often anything
 * of it is looked at, and ends a walk that would go on.
 *
 * @param item found at each place, so that a walk does not end at the first for what is wrong with that
 */
function holes(item: unknown) {
  const counted = { looks: 0 };
  const look = (): void => {
    counted.looks += 1;
    if (counted.looks > FEW) throw new Error('this list is walked');
  };
  const list: unknown[] = [];
  list.length = 40_000_000;
  const watched = new Proxy(list, {
    get(target, key) {
      look();
      return typeof key === 'string' && /^\d+$/.test(key) ? item : (Reflect.get(target, key) as unknown);
    },
    has(target, key) {
      look();
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      look();
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
  return { counted, list: watched };
}

/** Hands a list to some code, which refuses it or not, and tells how often it was looked at. */
async function looksAt(run: (list: never) => unknown, item?: unknown): Promise<number> {
  const { counted, list } = holes(item);
  try {
    await run(list as never);
  } catch {
    // A refusal is as good as an answer here.
  }
  return counted.looks;
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
  test('and each walk over one is seen here', async () => {
    const walks: readonly ((list: unknown[]) => unknown)[] = [
      (list) => list.every(() => true),
      (list) => list.map(() => 0),
      (list) => Array.from(list),
      (list) => [...list],
      (list) => JSON.stringify(list),
      (list) => list.slice(1),
    ];
    for (const walk of walks) expect(await looksAt(walk)).toBeGreaterThan(FEW);
    expect(await looksAt((list: unknown[]) => list.length)).toBe(1);
  });

  test('in record', async () => {
    expect(await looksAt((list) => parseActions(list), {})).toBeLessThan(FEW);
  });

  test.each(['acknowledge', 'retry', 'discard'] as const)('in %s', async (method) => {
    const page = createFakeBrowser().openPage();
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.ready;
    const call = { acknowledge: client.acknowledge, ...client.deadLetters }[method];
    expect(await looksAt((list) => expect(call(list)).rejects.toMatchObject({ code: 'message.invalid' }), { seq: 0, id: 'x', at: 0 })).toBeLessThan(FEW);
  });

  test('in the options, nor text in place of a range', async () => {
    const browser = createFakeBrowser();
    const page = browser.openPage();
    expect(await looksAt((logSinks) => createClient({ serviceWorker: page.registration, logSinks }, page.realm).dispose(), () => undefined)).toBeLessThan(FEW);
    const client = createClient({ serviceWorker: page.registration }, page.realm);
    await client.ready;
    await settle();
    const sent = browser.messages.sent('requests');
    await expect(client.history('x'.repeat(1_000_000) as never)).rejects.toMatchObject({ code: 'message.invalid' });
    expect(browser.messages.sent('requests')).toBe(sent);
  });

  test('in a broadcast, which reaches every tab', async () => {
    expect(await looksAt((seqs) => readBroadcast({ nudgeloop: 1, epoch: 'e', event: { type: 'nudges.acknowledged', loop: 'default', seqs } }), 0)).toBeLessThan(FEW);
  });

  const imported = (parts: object): object => ({ data: { format: EXPORT_FORMAT, version: EXPORT_VERSION, history: [], pending: [], goalState: null, analysis: {}, ...parts } });
  const requests: readonly (readonly [method: string, where: string, request: (list: never) => object, item: unknown])[] = [
    ['record', 'actions', (actions) => ({ client: 'client-raw', seq: 0, actions }), {}],
    ['suggestActions', 'history', (history) => ({ history, actions: [] }), {}],
    ['suggestActions', 'actions', (actions) => ({ history: [], actions }), {}],
    ['importLoop', 'history', (history) => imported({ history }), { action: {} }],
    ['importLoop', 'pending', (pending) => imported({ pending }), { actions: [] }],
    ['importLoop', 'pending entry', (actions) => imported({ pending: [{ actions }] }), {}],
    ['acknowledge', 'nudges', (nudges) => ({ nudges }), { seq: 0, id: 'x' }],
    ['discardDeadLetters', 'seqs', (seqs) => ({ seqs }), 0],
    ['hello', 'settings', (oneDirectionLayers) => ({ protocol: { min: 1, max: 1 }, settings: { strategy: { type: 'simple', oneDirectionLayers } } }), 0],
    ['erase', 'loop', (loop) => ({ loop }), 0],
  ];
  test.each(requests)('in a message that calls %s, as its %s', async (method, _where, request, item) => {
    // What arrives of such a list is another one, and as long: this one counts.
    const { call } = createRawWorker({}, (data) => data);
    let answer: unknown;
    expect(await looksAt(async (list) => (answer = await call(method, { loop: 'default', ...request(list) })), item)).toBeLessThan(FEW);
    expect(answer).toMatchObject({ ok: false });
  });
});
