import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createRawWorker } from './raw-worker.ts';

const RAW = { type: 'RAW', value: { canary: 'polluted' } };
const apply = { id: 'attack', type: 'APPLY', path: ['record'], argumentList: [RAW] };

/** Every message that Comlink understands and that reaches further than a call, as played on exposed objects before. */
const attacks: readonly (readonly [string, Record<string, unknown>])[] = [
  ['SET of a prototype', { type: 'SET', path: ['__proto__', 'canary'], value: RAW }],
  ['SET through a constructor', { type: 'SET', path: ['record', 'constructor', 'prototype', 'canary'], value: RAW }],
  ['SET of a method', { type: 'SET', path: ['record'], value: RAW }],
  ['SET of the whole object', { type: 'SET', path: [], value: RAW }],
  ['SET with a handler', { type: 'SET', path: ['record'], value: { type: 'HANDLER', name: 'proxy', value: {} } }],
  ['GET of the whole object', { type: 'GET', path: [] }],
  ['GET of a method', { type: 'GET', path: ['record'] }],
  ['GET of a prototype', { type: 'GET', path: ['record', '__proto__'] }],
  ['CONSTRUCT of Function', { type: 'CONSTRUCT', path: ['record', 'constructor'], argumentList: [{ type: 'RAW', value: 'globalThis.canary = 1' }] }],
  ['CONSTRUCT of a method', { type: 'CONSTRUCT', path: ['record'], argumentList: [] }],
  ['ENDPOINT', { type: 'ENDPOINT' }],
  ['RELEASE', { type: 'RELEASE' }],
  ['a type of no meaning', { type: 'EVAL' }],
  ['a type that is an object', { type: { toString: 1 } }],
  ['no type', { type: undefined }],
  ['apply by path', { path: ['record', 'apply'] }],
  ['Function by path', { path: ['record', 'constructor', 'constructor'] }],
  ['bind by path', { path: ['history', 'bind'] }],
  ['an empty path', { path: [] }],
  ['an empty name', { path: [''] }],
  ['a dotted name', { path: ['record.constructor'] }],
  ['a path nested in a path', { path: [['record']] }],
  ['a path that is text', { path: 'record' }],
  ['a path that looks like a list', { path: { 0: 'record', length: 1 } }],
  ['a path without end', { path: Object.assign([], { length: 4_294_967_295 }) }],
  ['a path of one hole', { path: Object.assign([], { length: 1 }) }],
  ['a symbol by its name', { path: ['Symbol(Symbol.iterator)'] }],
  ['a well-known symbol by its name', { path: ['@@iterator'] }],
  ["Comlink's own marks", { path: ['Symbol(Comlink.releaseProxy)'] }],
  ['two arguments', { argumentList: [RAW, RAW] }],
  ['no argument', { argumentList: [] }],
  ['a hole for an argument', { argumentList: Object.assign([], { length: 1 }) }],
  ['arguments without end', { argumentList: Object.assign([], { length: 4_294_967_295 }) }],
  ['arguments that look like a list', { argumentList: { 0: RAW, length: 1 } }],
  ['a proxy for an argument', { argumentList: [{ type: 'HANDLER', name: 'proxy', value: {} }] }],
  ['a thrower for an argument', { argumentList: [{ type: 'HANDLER', name: 'throw', value: { isError: true, value: { message: 'canary' } } }] }],
  ['an unknown handler', { argumentList: [{ type: 'HANDLER', name: '__proto__', value: {} }] }],
  ['an argument that is no record', { argumentList: ['RAW'] }],
  ['an argument of a type that inherits', { argumentList: [JSON.parse('{"__proto__": {"type": "RAW"}}')] }],
  ...['constructor', '__proto__', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineSetter__', '__lookupGetter__', 'then', 'isPrototypeOf'].map(
    (method) => [`the method ${method}`, { path: [method] }] as const,
  ),
];

const good = { loop: 'default', client: 'client-raw', actions: [{ steps: 1 }] };
let seq = 0;

/** Proves that the loop lives and holds what it should. */
async function expectAlive({ call }: ReturnType<typeof createRawWorker>, stored: number): Promise<void> {
  expect(await call('record', { ...good, seq: (seq += 1) })).toMatchObject({ ok: true, value: { receipt: { count: 1 } } });
  const history = await call('history', { loop: 'default', limit: 10_000 });
  expect(history.value).toHaveLength(stored + 1);
}

afterEach(() => {
  expect(({} as { canary?: unknown }).canary).toBeUndefined();
  expect((globalThis as { canary?: unknown }).canary).toBeUndefined();
});

describe('a script of the same origin gains nothing by', () => {
  test.each(attacks)('%s', async (_name, attack) => {
    const worker = createRawWorker();
    expect(await worker.send({ ...apply, ...attack })).toMatchObject([{ id: 'attack', value: { ok: false, error: { code: 'call.refused' } } }]);
    expect(worker.broadcast).toEqual([]);
    await expectAlive(worker, 0);
  });

  test.each([
    ['an id that is a record', { ...apply, id: { toString: 1 } }],
    ['an id of 10 MB', { ...apply, id: 'x'.repeat(10_000_000) }],
    ['no id', { ...apply, id: undefined }],
    ['an empty id', { ...apply, id: '' }],
    ['a list for a message', [apply]],
    ['text for a message', 'APPLY'],
    ['nothing for a message', null],
  ])('%s: there is nobody to answer to', async (_name, message) => {
    const worker = createRawWorker();
    expect(await worker.send(message)).toEqual([]);
    expect(await worker.post(message)).toEqual([]);
    await expectAlive(worker, 0);
  });

  test.each([
    ['a forged reply', { kind: 'reply' }],
    ['a message without an envelope', { kind: undefined }],
    ['a client that is no text', { client: ['client-raw'] }],
    ['a database that is no text', { database: { toString: 1 } }],
    ['a place that is no number', { order: '1' }],
    ['a place beyond all numbers', { order: Number.POSITIVE_INFINITY }],
    ['a version that is no number', { nudgeloop: '1' }],
  ])('%s', async (_name, given) => {
    const worker = createRawWorker();
    const envelope = { nudgeloop: 1, kind: 'request', client: 'client-raw', database: 'nudgeloop', order: 1, first: 1, message: apply };
    expect(await worker.post({ ...envelope, ...given })).toEqual([]);
    await expectAlive(worker, 0);
  });

  test('fields that its message inherits: none comes over a clone', async () => {
    const worker = createRawWorker();
    expect(await worker.send(Object.create(apply))).toEqual([]);
    await expectAlive(worker, 0);
  });

  test('an id that the worker counts with inside', async () => {
    const worker = createRawWorker();
    for (const id of ['1', '2', '3', '__proto__', 'constructor']) {
      expect(await worker.send({ ...apply, id, path: ['inspect'], argumentList: [{ type: 'RAW', value: { loop: 'default' } }] })).toMatchObject([{ id, value: { ok: true } }]);
    }
    await expectAlive(worker, 0);
  });

  test('ids and clients that run into each other: the answer of one is not the answer of the other', async () => {
    const { post } = createRawWorker();
    const ask = (client: string, id: string, loop: string) =>
      post({ nudgeloop: 1, kind: 'request', client, database: 'nudgeloop', order: 1, first: 1, message: { id, type: 'APPLY', path: ['setGoalState'], argumentList: [{ type: 'RAW', value: { loop, goalState: { steps: 1 } } }] } });
    await ask('a', 'b:c', 'one');
    const [second] = await ask('a:b', 'c', 'two');
    expect(second?.value).toMatchObject({ ok: true });
    // What was answered as done is done: an equal goal changes nothing.
    const [third] = await ask('d', 'e', 'two');
    expect(third?.value).toMatchObject({ ok: true, value: { changed: false } });
  });

  test('anything at all, however it is put together', async () => {
    const worker = createRawWorker();
    const word = fc.constantFrom('record', 'history', '__proto__', 'constructor', 'prototype', 'apply', 'call', 'then', 'RAW', 'HANDLER', 'proxy');
    const loose = fc.oneof(word, fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withSparseArray: true }));
    const message = fc.record(
      {
        id: fc.oneof(fc.string({ maxLength: 5 }), loose),
        type: fc.oneof(fc.constantFrom('APPLY', 'GET', 'SET', 'CONSTRUCT', 'ENDPOINT', 'RELEASE', 'RAW'), loose),
        path: fc.oneof(fc.array(word, { maxLength: 3 }), loose),
        argumentList: fc.oneof(fc.array(fc.record({ type: loose, name: loose, value: loose }, { requiredKeys: [] }), { maxLength: 2 }), loose),
        value: loose,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(message, async (given) => {
        for (const reply of await worker.send(given)) expect(reply.value?.ok === true || typeof reply.value?.error?.code === 'string').toBe(true);
      }),
      { numRuns: 300 },
    );
    await expectAlive(worker, 0);
  });
});
