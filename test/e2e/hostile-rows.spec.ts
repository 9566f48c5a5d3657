import type { Page } from '@playwright/test';
import { connect, expect, reconnect, stopWorkers, test } from './fixture.ts';
import { afterErasure, stray, useSpoiled, type Spoiling } from './hostile-rows.ts';

const state = (name: string, value: Readonly<Record<string, unknown>>): Spoiling => ({ name, store: 'documents', key: 'state', value });
const huge = Number.MAX_SAFE_INTEGER;
const segment = (name: string, fields: Readonly<Record<string, unknown>>, stores: readonly Spoiling['store'][] = ['history', 'pending', 'outbox', 'dead']): Spoiling[] =>
  stores.map((store) => ({ name, store, fields }));

/** Rows as a script of the same origin can write them, and a loop must survive. */
const spoilings: readonly Spoiling[] = [
  { name: 'text', store: 'documents', key: 'state', fields: { value: 'canary' } },
  { name: 'null', store: 'documents', key: 'state', fields: { value: null } },
  { name: 'a list', store: 'documents', key: 'state', fields: { value: [1, 2] } },
  state('a version that is text', { version: '1' }),
  state('a version of NaN', { version: Number.NaN }),
  state('a version below 1', { version: -1 }),
  state('a newer version', { version: 99 }),
  state('no history', { history: null }),
  state('a history of text', { history: { first: 'a', next: 'b', count: 'c', oldestAt: 'd' } }),
  state('a history without end', { history: { first: 0, next: huge, count: huge, oldestAt: 0 } }),
  state('a history of NaN', { history: { first: Number.NaN, next: Number.NaN, count: Number.NaN, oldestAt: Number.NaN } }),
  state('a history that begins anew', { history: { first: 0, next: 0, count: 0, oldestAt: null } }),
  state('a negative history', { history: { first: -5, next: -1, count: -3, oldestAt: -1 } }),
  state('a pending without end', { pending: { first: 0, next: huge, count: huge } }),
  state('a pending of text', { pending: 'canary' }),
  state('an outbox of text', { outbox: 'canary' }),
  state('an outbox that begins anew', { outbox: { first: 0, next: 0, count: 0, dropped: 0 } }),
  state('an outbox without end', { outbox: { first: 0, next: huge, count: huge, dropped: 0 } }),
  state('dead letters of text', { dead: 'canary' }),
  state('metrics of text', { metrics: 'canary' }),
  state('metrics that are no records', { metrics: { steps: 'canary' } }),
  state('metrics without count', { metrics: { steps: { value: 'a', seq: 'b' } } }),
  state('a goal of text', { goalState: 'canary' }),
  state('a goal with a forbidden key', { goalState: JSON.parse('{"steps": 5, "constructor": {"canary": 1}}') as object }),
  state('settings of text', { settings: 'canary' }),
  state('a strategy that nobody has', { settings: { strategy: { type: 'canary' } } }),
  state('settings of wrong kinds', { settings: { retentionLimit: -1, retentionWindow: 'x', timestampField: 7, outboxLimit: 'y' } }),
  state('attempts of text', { attempts: 'canary' }),
  state('a wait without end', { backoff: { failures: huge, until: huge } }),
  state('a wait of text', { backoff: 'canary' }),
  state('an analysis of text', { analysis: 'canary' }),
  state('a revision of text', { revision: 'canary' }),
  state('an incarnation that is a record', { incarnation: {} }),
  state('cursors of text', { cursors: 'canary', sourceBackoffs: 'canary' }),
  ...[
    'canary',
    { size: 0, journals: 'canary', documents: [] },
    { size: 0, journals: { history: 'canary' }, documents: [] },
    { size: 0, journals: { history: [null, 1, 'x'] }, documents: [] },
    { size: 0, journals: { history: [{ seq: huge, at: 0, value: { steps: 1 } }] }, documents: [] },
    { size: 0, journals: { history: [{ seq: 42, at: 0, value: 'canary' }], outbox: [{ seq: 1, at: 0, value: 7 }] }, documents: [] },
    { size: 0, journals: { pending: [{ seq: 0, at: 0, value: { actions: [{ constructor: { steps: 1 } }] } }] }, documents: [] },
    { size: 0, journals: { outbox: [{ seq: 0, at: 0, value: { seq: 0, id: 'x', suggestions: [null], analysis: { steps: {} }, goalState: {} } }] }, documents: [] },
    { size: 0, journals: {}, documents: { length: 3 } },
    { size: 0, journals: {}, documents: [['state', { value: 'canary', at: 0 }], ['receipts:', null]] },
  ].map((near, index) => state(`near rows of kind ${index}`, { near })),
  ...[null, 'canary', { top: 'a', seen: 'b' }, { top: 0 }, { top: 1, seen: { length: 9 } }, { top: huge, seen: [] }, { top: 1, seen: [null, 'x', [1]] }].map(
    (value): Spoiling => ({ name: JSON.stringify(value), store: 'documents', key: 'receipts:', fields: { value } }),
  ),
  ...segment('no lists', { seqs: null, ats: null, values: null }),
  ...segment('lists of text', { seqs: 'abc', ats: 'abc', values: 'abc' }),
  ...segment('lists of different lengths', { seqs: [0, 1, 2], ats: [0], values: [] }),
  ...segment('places of text', { seqs: ['a', 'b'], ats: ['c', 'd'], values: [{}, {}] }),
  ...segment('places without end', { seqs: [huge, huge], ats: [Number.NaN, Infinity], values: [{ steps: 1 }, { steps: 2 }] }),
  ...segment('values that are no records', { seqs: [0, 1, 2], ats: [0, 0, 0], values: [null, 'x', 7] }),
  ...segment('values that are classes', { seqs: [0, 1], ats: [0, 0], values: [new Date(0), [1]] }),
  ...segment('values with a forbidden key', { seqs: [0, 1], ats: [0, 0], values: [{ constructor: { steps: 1 } }, { steps: 1, deep: { prototype: 1 } }] }),
  ...segment('nothing inside', { seqs: [], ats: [], values: [] }),
  ...segment('a last place that is text', { last: 'canary' }),
  ...segment('a last place beyond all', { last: Infinity }),
  ...segment('a last place beyond all, with nothing inside', { last: Infinity, seqs: [], ats: [], values: [] }),
  ...segment('a last place that has no next one, with nothing inside', { last: 2 ** 53, seqs: [], ats: [], values: [] }),
];

/** Refusals that say what is wrong; `internal` and `call.timeout` say that nobody had thought of it. */
const ANSWERS = /^(ok|message\.invalid|storage\.(newer|failed)|goal\.invalid|action\.invalid|options\.invalid|strategy\.(unknown|failed)|queue\.full|receipt\.conflict)$/;

const groups: readonly (readonly [string, (spoiling: Spoiling) => boolean])[] = [
  ['its state', ({ key }) => key === 'state'],
  ['its receipts', ({ key }) => key === 'receipts:'],
  ...(['history', 'pending', 'outbox', 'dead'] as const).map((store) => [`its ${store}`, (spoiling: Spoiling) => spoiling.store === store] as const),
];

for (const [rows, isIn] of groups) {
  test(`a loop whose rows were spoiled in ${rows} answers each call with an answer or a code, and is as new once erased`, async ({ page, site }) => {
    await connect(page, site, { fallback: false, deadline: 3_000 });
    const wrong: string[] = [];
    for (const { name, ...spoiling } of spoilings.filter(isIn)) {
      const loop = `spoiled by ${name}`;
      const told = await useSpoiled(page, loop, spoiling);
      for (const [call, outcome] of Object.entries(told)) if (!ANSWERS.test(outcome)) wrong.push(`${name}: ${call}: ${outcome}`);
      const left = await afterErasure(page, loop);
      const asNew = { rows: [], before: [], steps: [6], nudges: 1, count: 1 };
      if (told['erase'] !== 'ok' || JSON.stringify(left) !== JSON.stringify(asNew)) wrong.push(`${name}: erased, it is ${JSON.stringify(left)}`);
    }
    expect(wrong).toEqual([]);
    await page.evaluate(() => window.client.erase({ all: true }));
    expect(await page.evaluate(async () => (await Promise.all(['documents', 'history', 'pending', 'outbox', 'dead'].map((store) => window.readStore(store)))).flat())).toEqual([]);
  });
}

const strays: readonly (readonly [string, string, unknown, string?])[] = [
  ['an epoch that is a number', 'meta', 7, 'epoch'],
  ['an epoch that is a record', 'meta', { erased: true }, 'epoch'],
  ['an epoch without end', 'meta', 'e'.repeat(1_000_000), 'epoch'],
  ['an unknown row of its own', 'meta', { canary: 1 }, 'canary'],
  ['a loop whose name is a number', 'documents', { loop: 7, key: 'state', at: 0, value: { version: 1 } }],
  ['a loop whose name is a list', 'documents', { loop: ['x'], key: 'state', at: 0, value: { version: 1 } }],
  ['a loop without name', 'documents', { loop: '', key: 'state', at: 0, value: { version: 1 } }],
  ['a loop whose name is too long', 'documents', { loop: 'x'.repeat(10_000), key: 'state', at: 0, value: 7 }],
  ['a document of no kind', 'documents', { loop: 'default', key: 7, at: 'x' }],
  ['receipts of nobody', 'documents', { loop: 'default', key: 'receipts:', at: 'x', value: null }],
];

const visits = strays.flatMap((each) => [true, false].map((isNew) => [isNew, ...each] as const));

for (const [isNew, name, store, row, key] of visits) {
  test(`${name}, put into the database, keeps no loop of a ${isNew ? 'new' : 'living'} page from its work, and is gone when all is erased`, async ({ page, site }) => {
    await connect(page, site, { fallback: false, deadline: 3_000, goalState: { steps: 10 } });
    await page.evaluate(() => window.client.ready);
    await stray(page, store, row, key);
    await stopWorkers(page);
    if (isNew) await reload(page);
    const told = await page.evaluate(async () => {
      const { client } = window;
      const codes: Record<string, string> = {};
      const calls = {
        record: () => client.record({ steps: 1 }),
        poke: () => client.poke(),
        history: () => client.history(),
        erase: () => client.erase({ all: true }),
        'record again': () => client.record({ steps: 2 }),
        'erase again': () => client.erase({ all: true }),
      };
      for (const [call, run] of Object.entries<() => Promise<unknown>>(calls)) {
        codes[call] = await run().then(() => 'ok', (error: { code?: string; name: string }) => error.code ?? `untyped ${error.name}`);
      }
      return codes;
    });
    expect(told).toEqual({ record: 'ok', poke: 'ok', history: 'ok', erase: 'ok', 'record again': 'ok', 'erase again': 'ok' });
    for (const each of ['documents', 'history', 'outbox']) expect(await page.evaluate((from) => window.readStore(from), each)).toEqual([]);
  });
}

async function reload(page: Page): Promise<void> {
  await page.reload();
  await reconnect(page, { fallback: false, deadline: 3_000, goalState: { steps: 10 } });
}
