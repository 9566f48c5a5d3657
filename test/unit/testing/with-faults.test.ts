import { createMemoryPersistence, createSequentialIds, createTestLoop, persistenceContract, withFaults } from 'nudgeloop/testing';
import { describe, expect, test } from 'vitest';
import { createLife } from '../../../src/testing/browser/life.ts';
import { mortalStorage } from '../../../src/testing/browser/mortal-storage.ts';
import { settle } from '../../../src/testing/settle.ts';
import { ClassPersistence } from './class-persistence.ts';

const CODES = ['storage.quota', 'storage.failed', 'storage.blocked', 'storage.newer'] as const;

const createMemory = () => createMemoryPersistence({ newId: createSequentialIds('epoch') });
const add = (store: ReturnType<typeof createMemory>, value = 1) => store.write('a', async (tx) => tx.writeDocument('k', value, 1));
const look = (store: ReturnType<typeof createMemory>) => store.read('a', (tx) => tx.readDocument('k'));

describe.each([
  ['made of closures', createMemory],
  ['made of classes', () => new ClassPersistence()],
])('a storage %s', (_how, create) => {
  describe('whose faults are off keeps to the contract', () => {
    for (const { name, run } of persistenceContract(() => withFaults(create()))) test(name, run);
  });

  describe('whose user is alive keeps to the contract', () => {
    const used = () => mortalStorage({ storage: create(), life: createLife(), diesAt: () => false });
    for (const { name, run } of persistenceContract(used)) test(name, run);
  });
});

test('a whole loop runs over a storage made of classes', async () => {
  const loop = createTestLoop({ goalState: { steps: 10_000 }, persistence: new ClassPersistence(true) });
  expect(await loop.client.record({ steps: 4_200 })).toMatchObject({ durable: true });
  await loop.storage.loseDatabase();
  expect(await loop.client.history()).toEqual([]);
});

describe('a storage with faults', () => {
  test.each(CODES)('fails writes with %s, and has stored nothing', async (code) => {
    const store = withFaults(createMemory());
    await add(store);
    store.faults.failWrites(code);
    await expect(add(store, 2)).rejects.toMatchObject({ code });
    expect(await look(store)).toBe(1);
    store.faults.heal();
    await add(store, 2);
    expect(await look(store)).toBe(2);
  });

  test('removes on a full disk, and lets a write pass that writes nothing', async () => {
    const store = withFaults(createMemory());
    await add(store);
    store.faults.failWrites('storage.quota');
    await store.write('a', async () => undefined);
    await store.write('a', async (tx) => tx.clear());
    expect(await look(store)).toBeUndefined();
    await store.eraseAll();
  });

  test.each(CODES)('fails so many writes with %s and no more, of which those that store nothing are none', async (code) => {
    const store = withFaults(createMemory());
    store.faults.failNext(2, code);
    await store.write('a', async (tx) => tx.readDocument('k'));
    const results = await Promise.allSettled([1, 2, 3].map((value) => add(store, value)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(await look(store)).toBe(3);
  });

  test('fails reads, and to be opened', async () => {
    const store = withFaults(createMemory());
    store.faults.failReads();
    await expect(look(store)).rejects.toMatchObject({ code: 'storage.failed' });
    await expect(store.loops()).rejects.toMatchObject({ code: 'storage.failed' });
    await expect(store.probe()).rejects.toMatchObject({ code: 'storage.failed' });
    await expect(store.epoch()).rejects.toMatchObject({ code: 'storage.failed' });
    store.faults.heal();
    expect(await look(store)).toBeUndefined();
  });

  test('refuses an erasure, and has removed nothing', async () => {
    const store = withFaults(createMemory());
    await add(store);
    store.faults.failWrites('storage.failed');
    await expect(store.eraseAll()).rejects.toMatchObject({ code: 'storage.failed' });
    expect(await look(store)).toBe(1);
  });

  test('held, does nothing until it is released, and then all in order', async () => {
    const store = withFaults(createMemory());
    const order: unknown[] = [];
    store.faults.hold();
    store.faults.hold();
    const all = [add(store, 1).then(() => order.push('written')), look(store).then((value) => order.push(value)), add(store, 2)];
    await settle();
    expect(order).toEqual([]);
    store.faults.release();
    store.faults.release();
    await Promise.all(all);
    expect(order).toEqual(['written', 1]);
    expect(await look(store)).toBe(2);
  });

  test('released, does what it is asked then behind what was held, of which a new hold keeps nothing', async () => {
    const store = withFaults(createMemory());
    const order: string[] = [];
    const ask = (name: string) => store.read('a', async () => void order.push(name));
    store.faults.hold();
    const held = [ask('held'), ask('held too')];
    await settle();
    store.faults.release();
    const behind = ask('behind');
    await Promise.all([...held, behind]);
    expect(order).toEqual(['held', 'held too', 'behind']);
    store.faults.hold();
    const before = ask('before');
    await settle();
    store.faults.release();
    store.faults.hold();
    const after = ask('after');
    await before;
    await settle();
    expect(order.slice(3)).toEqual(['before']);
    store.faults.release();
    await after;
  });

  test.each<[method: string, call: (store: ReturnType<typeof withFaults>) => Promise<unknown>]>([
    ['probe', (store) => store.probe()],
    ['epoch', (store) => store.epoch()],
    ['loops', (store) => store.loops()],
    ['eraseAll', (store) => store.eraseAll()],
    ['close', (store) => store.close()],
  ])('held, answers no %s either', async (_method, call) => {
    const store = withFaults(createMemory());
    let isOver = false;
    store.faults.hold();
    const calling = call(store).then(() => (isOver = true));
    await settle();
    expect(isOver).toBe(false);
    store.faults.release();
    expect(await calling).toBe(true);
  });

  test('that is lost begins a new life under the very name that it has, if the storage does not mark what an erasure began', async () => {
    const memory = createMemory();
    const unmarked = (epoch: string) => epoch.replace('erased-', 'plain-name-');
    const store = withFaults({ ...memory, epoch: async () => unmarked(await memory.epoch()) });
    await store.faults.loseDatabase();
    expect(await store.epoch()).toBe(unmarked(await memory.epoch()));
  });

  test('that is lost begins a new life, which is not one that an erasure began', async () => {
    const store = withFaults(createMemory());
    await add(store);
    const before = await store.epoch();
    await store.faults.loseDatabase();
    const after = await store.epoch();
    expect(await store.write('a', (tx) => tx.epoch())).toBe(after);
    expect(await look(store)).toBeUndefined();
    expect(after).not.toBe(before);
    expect(after).not.toMatch(/^erased-/);
    await store.eraseAll();
    expect(await store.epoch()).toMatch(/^erased-/);
  });
});

test('a user that dies in the middle of a write has written nothing, hears nothing, and does nothing any more', async () => {
  const memory = createMemory();
  const life = createLife();
  const store = mortalStorage({ storage: memory, life, diesAt: () => false });
  const heard: string[] = [];
  const tell = (what: string) => () => void heard.push(what);
  void store
    .write('a', async (tx) => {
      tx.writeDocument('k', 1, 1);
      life.end();
    })
    .then(tell('written'), tell('failed'));
  void add(store, 2).then(tell('later'), tell('refused'));
  await settle();
  expect(heard).toEqual([]);
  expect(await look(memory)).toBeUndefined();
});
