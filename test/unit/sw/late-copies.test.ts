import { createMemoryPersistence, createSequentialIds } from 'nudgeloop/core';
import { expect, test } from 'vitest';
import type { StrategyFactory } from '../../../src/loop/strategies/strategy-registry.ts';
import { requestEnvelope } from '../../../src/protocol/envelope.ts';
import { createRawWorker } from '../security/raw-worker.ts';

const CLIENT = 'client-raw';

/** Fails on steps below zero, so that they become dead letters. */
const brittle: StrategyFactory = () => ({
  suggestActions(_history, actions) {
    if (actions.some(({ steps }) => Number(steps) < 0)) throw new Error('brittle');
    return actions.map((action) => ({ ...action, next: true }));
  },
});

/** A worker with one loop, spoken to by one page; `post` sends the very same call as often as it is asked to. */
async function setUp() {
  // It outlives each worker.
  const persistence = { ...createMemoryPersistence({ newId: createSequentialIds('epoch') }), close: async () => undefined };
  const start = (name: string) => createRawWorker({ strategies: { brittle } }, structuredClone, { name, persistence });
  let raw = start('one');
  let order = 0;
  const callOf = (method: string, request: object) => {
    order += 1;
    const message = { id: `id-${order}`, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'a', ...request } }] };
    return requestEnvelope({ client: CLIENT, database: 'nudgeloop', order, first: order, message });
  };
  const post = async (envelope: object) => (await raw.post(envelope)).find(({ type }) => type === 'RAW')?.value;
  const call = (method: string, request: object) => post(callOf(method, request));
  /** What the loop holds: what it did, what it aims at, what waits, what failed. */
  const held = async () => {
    const values: unknown[] = [];
    for (const [method, request] of [['exportLoop', {}], ['nudges', { after: -1 }], ['inspect', { deadLetters: { limit: 10 } }]] as const) {
      const value = (await call(method, request))?.value as { readonly inspection?: unknown };
      values.push(value.inspection ?? value);
    }
    return values;
  };

  const { incarnation } = (await call('hello', { protocol: { min: 1, max: 1 }, settings: { strategy: { type: 'brittle' }, maxAttempts: 1 } }))!.value as { readonly incarnation: string };
  await call('record', { client: CLIENT, seq: 1, actions: [{ steps: 1 }, { steps: 2 }] });
  await call('record', { client: CLIENT, seq: 2, actions: [{ steps: -1 }] });
  const before = await held();
  /** The next worker has forgotten which answers it gave; what it finds stored must do. */
  const restart = async () => {
    await raw.worker.stop();
    raw = start('two');
  };
  const told = (event: string) => raw.broadcast.filter((data) => (data as { readonly event: { readonly type: string } }).event.type === event).length;
  return { callOf, post, call, held, before, incarnation, restart, told };
}

const id = { client: CLIENT, seq: 50 };
const record = ['record', { client: CLIENT, seq: 60, actions: [{ steps: 60 }] }] as const;
const goal = ['setGoalState', { goalState: { steps: 60 }, call: { client: CLIENT, seq: 60 } }] as const;

const CALLS = [
  ['record', { ...id, actions: [{ steps: 50 }] }, record],
  ['record', { ...id, actions: [{ steps: -50 }] }, record],
  ['setGoalState', { goalState: { steps: 50 }, call: id }, goal],
  ['resetHistory', { call: id }, record],
  ['retryDeadLetters', { seqs: [0], call: id }, record],
  ['discardDeadLetters', { seqs: [0], call: id }, record],
  ['importLoop', { data: { format: 'nudgeloop-export', version: 1, loop: 'a', exportedAt: 0, goalState: { steps: 50 }, analysis: {}, history: [], pending: [] }, call: id }, record],
] as const;

const WORKERS = ['the same', 'the next'] as const;
const IN_EITHER = WORKERS.flatMap((worker) => CALLS.map(([method, request, later]) => [method, worker, request, later] as const));

test.each(IN_EITHER)('a late copy of %s, behind what came after it, changes nothing in %s worker', async (method, worker, request, [later, what]) => {
  const { callOf, post, call, held, before, restart } = await setUp();
  const first = callOf(method, request);
  expect(await post(first)).toMatchObject({ ok: true });
  expect(await held()).not.toEqual(before);
  await call(later, what);
  const now = await held();
  if (worker === 'the next') await restart();
  // The same worker knows that nobody waits for it.
  const answer = await post(first);
  if (worker === 'the next') expect(answer).toMatchObject({ ok: true });
  else expect(answer).toBeUndefined();
  expect(await held()).toEqual(now);
});

const OF_OTHER = { client: 'client-other', seq: 1 };

test.each(CALLS.flatMap(([method, request]) => [[method, { loop: 'a' }, request] as const, [method, { loop: null }, request] as const]))(
  'a late copy of %s, behind an erasure of %j, changes nothing of what came behind that',
  async (method, loop, request) => {
    const { callOf, post, call, held, incarnation, restart } = await setUp();
    const first = callOf(method, method === 'record' ? { ...request, incarnation } : { ...request, call: { ...id, incarnation } });
    expect(await post(first)).toMatchObject({ ok: true });
    expect(await call('erase', loop)).toMatchObject({ ok: true });
    await call('record', { ...OF_OTHER, actions: [{ steps: 3 }] });
    await call('poke', {});
    const now = await held();
    expect(await post(first)).toBeUndefined();
    await restart();
    expect(await post(first)).toMatchObject({ ok: false, error: { code: 'epoch.reset' } });
    await call('poke', {});
    expect(await held()).toEqual(now);
  },
);

test('a late copy behind an erasure brings nothing back where nothing came behind that', async () => {
  const { callOf, post, call, held, incarnation, restart } = await setUp();
  const first = callOf('record', { ...id, incarnation, actions: [{ steps: 50 }] });
  await post(first);
  expect(await call('erase', { loop: 'a' })).toMatchObject({ ok: true, value: { loops: ['a'] } });
  const now = await held();
  await restart();
  expect(await post(first)).toMatchObject({ ok: false });
  expect(await held()).toEqual(now);
  expect(await call('erase', { loop: null })).toMatchObject({ value: { loops: [] } });
});

test('a late copy of an acknowledgement tells no tab a second time in the same worker', async () => {
  const { callOf, post, call, told, restart } = await setUp();
  await call('setGoalState', { goalState: { steps: 50 }, call: { client: CLIENT, seq: 40 } });
  await call('record', { client: CLIENT, seq: 41, actions: [{ steps: 5 }] });
  await call('poke', {});
  const [nudge] = ((await call('nudges', { after: -1 }))?.value ?? []) as readonly { readonly seq: number; readonly id: string }[];
  expect(nudge).toBeDefined();
  const first = callOf('acknowledge', { nudges: [{ seq: nudge?.seq, id: nudge?.id }], call: id });
  const answer = await post(first);
  expect(answer).toMatchObject({ ok: true, value: { acknowledged: [nudge?.seq] }, epoch: expect.any(String) as string });
  // The database that it was done in may be gone by then.
  expect(await post(first)).toEqual({ ...answer, epoch: undefined });
  await call('nudges', { after: -1 });
  expect(await post(first)).toBeUndefined();
  expect(told('nudges.acknowledged')).toBe(1);
  // Another worker tells it once more: the one that took the first copy may have died before it told anybody.
  await restart();
  expect(await post(first)).toMatchObject({ value: { acknowledged: [nudge?.seq] } });
  expect(told('nudges.acknowledged')).toBe(1);
});

test('a late copy of a greeting leaves the settings alone that another page brought, however much a third page calls that waits for a slow suggestion', async () => {
  const raw = createRawWorker();
  const post = async (client: string, order: number, method: string, request: object) => {
    const message = { id: `${client}-${order}`, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'a', ...request } }] };
    // The first of its calls is the one that it waits for.
    return (await raw.post(requestEnvelope({ client, database: 'nudgeloop', order, first: 0, message }))).at(-1)?.value;
  };
  const greet = (client: string, retentionLimit: number) => post(client, 0, 'hello', { protocol: { min: 1, max: 1 }, settings: { retentionLimit } });
  const answer = await greet('client-busy', 5);
  await greet('client-later', 7);
  for (let order = 0; order < 2_000; order += 1) await post('client-waiting', order, 'nudges', { after: -1 });
  expect(await greet('client-busy', 5)).toEqual({ ...answer, epoch: undefined });
  expect(await post('client-later', 1, 'inspect', {})).toMatchObject({ value: { host: { settings: { retentionLimit: 7 } } } });
});
