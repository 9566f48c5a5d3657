import { afterEach, expect, test, vi } from 'vitest';
import { createSequentialIds, createSimulatedClock } from '../../../src/clock.ts';
import { requestEnvelope } from '../../../src/protocol/envelope.ts';
import type { IndexedDbPersistenceOptions } from '../../../src/storage/indexeddb/indexeddb-persistence.ts';
import { createMemoryPersistence } from '../../../src/storage/memory-persistence.ts';
import { createNudgeSurface } from '../../../sw/nudge-surface.ts';
import { startInRealm, startWorker } from '../../../sw/start-worker.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import type { Channel, WorkerRealm } from '../../../sw/worker-realm.ts';

test('startWorker outside a service worker says where it belongs', () => {
  const call = expect(() => startWorker());
  call.toThrow(expect.objectContaining({ name: 'NudgeloopError', code: 'worker.unavailable' }));
  call.toThrow(/top level of the script/);
});

afterEach(() => vi.unstubAllGlobals());

test('startWorker in a sandbox without an origin, where nothing can be stored, ends the script and says why', () => {
  vi.stubGlobal('ServiceWorkerGlobalScope', class {});
  vi.stubGlobal('origin', 'null');
  const call = expect(() => startWorker());
  call.toThrow(expect.objectContaining({ code: 'worker.unavailable', details: { reason: 'sandboxed' } }));
  call.toThrow(/Content-Security-Policy.*allow-same-origin/);
});

test('startWorker refuses options that it does not know, or of the wrong kind', () => {
  vi.stubGlobal('ServiceWorkerGlobalScope', class {});
  vi.stubGlobal('registration', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('location', { origin: 'https://app.example' });
  for (const options of [{ stratgy: {} }, { durability: 'none' }]) {
    expect(() => startWorker(options as never)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  }
});

test.each(['', 'x'.repeat(101)])("the ready-made script refuses the database %j of its script's URL", async (database) => {
  vi.resetModules();
  vi.stubGlobal('location', { href: `https://app.example/service-worker.js?database=${database}` });
  await expect(import('../../../sw/service-worker.ts')).rejects.toMatchObject({ code: 'options.invalid' });
});

/** A realm over memory, each database by itself. */
function createRealm(parts: Partial<WorkerRealm>): WorkerRealm {
  const newId = createSequentialIds('id');
  return {
    clock: createSimulatedClock(0),
    newId,
    origin: 'https://app.example',
    locks: undefined,
    sync: undefined,
    periodicSync: undefined,
    createPersistence: () => createMemoryPersistence({ newId }),
    openChannel: () => undefined,
    isClient: (() => true) as unknown as WorkerRealm['isClient'],
    isThere: async () => false,
    notifications: async () => [],
    on: () => () => undefined,
    ...parts,
  };
}

/** Starts a worker, and tells with which options it makes its storage. */
function storageOptions(options: WorkerOptions, locks?: WorkerRealm['locks']): IndexedDbPersistenceOptions {
  const given: IndexedDbPersistenceOptions[] = [];
  const realm = createRealm({ locks });
  startInRealm(options, {
    ...realm,
    createPersistence(wanted) {
      given.push(wanted);
      return realm.createPersistence!(wanted);
    },
  });
  expect(given).toHaveLength(1);
  return given[0]!;
}

test("a worker's storage gets the browser's locks, without which it could not mend a database that was made empty", () => {
  const locks = {} as NonNullable<WorkerRealm['locks']>;
  expect(storageOptions({}, locks).locks).toBe(locks);
});

test('a worker that is stopped closes its database, though its surface throws, and says what that threw', async () => {
  const newId = createSequentialIds('id');
  const close = vi.fn(async () => undefined);
  const realm = createRealm({ createPersistence: () => ({ ...createMemoryPersistence({ newId }), close }) });
  const surface = createNudgeSurface(() => ({ told: async () => undefined, stop: () => { throw new Error('mine'); } }));
  const worker = startInRealm({ surface }, realm);
  await worker.wake('push');
  await expect(worker.stop()).rejects.toThrow('mine');
  expect(close).toHaveBeenCalled();
});

test.each(['once', 'always'])('a worker that is stopped while its database can not be closed (%s) leaves no listener of its surface behind', async (how) => {
  const newId = createSequentialIds('id');
  const close = vi.fn(async () => undefined)[how === 'once' ? 'mockRejectedValueOnce' : 'mockRejectedValue'](new Error('no storage'));
  const stop = vi.fn();
  const closed = vi.fn();
  const openChannel = (): Channel => ({ postMessage: () => undefined, close: closed });
  const realm = createRealm({ openChannel, createPersistence: () => ({ ...createMemoryPersistence({ newId }), close }) });
  const surface = createNudgeSurface(() => ({ told: async () => undefined, stop }));
  const worker = startInRealm({ surface, sources: [{ name: 'watch', poll: async () => ({ actions: [{ n: 1 }], cursor: 1 }) }] }, realm);
  await worker.wake('push');
  await expect(worker.stop()).rejects.toThrow('no storage');
  expect([close, stop, closed].map(({ mock }) => mock.calls.length)).toEqual([2, 1, 1]);
});

test('a worker waits for the disk, unless its script asks for less', () => {
  expect(storageOptions({}).durability).toBe('strict');
  expect(storageOptions({ durability: 'strict' }).durability).toBe('strict');
  expect(storageOptions({ durability: 'relaxed' }).durability).toBe('relaxed');
});

test('two databases are served by one script, each apart from the other', async () => {
  const listeners: ((event: never) => void)[] = [];
  const realm = createRealm({ on: (name, run) => (name === 'message' && listeners.push(run), () => undefined) });
  for (const database of ['user-1', 'user-2']) startInRealm({ database }, realm);
  /** What comes back of one message, which every listener of the script hears. */
  const call = async (database: string, order: number, method: string, request: object): Promise<unknown[]> => {
    const replies: unknown[] = [];
    const holds: Promise<unknown>[] = [];
    const message = { id: `call-${order}`, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: { loop: 'default', ...request } }] };
    const data = requestEnvelope({ client: 'page', database, order, first: order, message });
    const source = { id: 'tab', postMessage: (reply: unknown) => void replies.push(reply) };
    const event = { data, origin: realm.origin, source, waitUntil: (hold: Promise<unknown>) => holds.push(hold) };
    for (const listener of listeners) listener(event as never);
    await Promise.all(holds);
    return replies.map((reply) => (reply as { message: { value: { value: unknown } } }).message.value.value);
  };
  await call('user-1', 1, 'record', { client: 'page', seq: 1, oldest: 1, actions: [{ steps: 1 }] });
  expect(await call('user-1', 2, 'history', {})).toMatchObject([[{ action: { steps: 1 } }]]);
  expect(await call('user-2', 1, 'history', {})).toEqual([[]]);
});
