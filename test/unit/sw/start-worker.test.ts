import { afterEach, expect, test, vi } from 'vitest';
import { createSequentialIds, createSimulatedClock } from '../../../src/clock.ts';
import type { IndexedDbPersistenceOptions } from '../../../src/storage/indexeddb/indexeddb-persistence.ts';
import { createMemoryPersistence } from '../../../src/storage/memory-persistence.ts';
import { startInRealm, startWorker } from '../../../sw/start-worker.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import type { WorkerRealm } from '../../../sw/worker-realm.ts';

test('startWorker outside a service worker says where it belongs', () => {
  const call = expect(() => startWorker());
  call.toThrow(expect.objectContaining({ name: 'NudgeloopError', code: 'worker.unavailable' }));
  call.toThrow(/top level of the script/);
});

afterEach(() => vi.unstubAllGlobals());

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

/** Starts a worker, and tells with which options it makes its storage. */
function storageOptions(options: WorkerOptions, locks?: WorkerRealm['locks']): IndexedDbPersistenceOptions {
  const newId = createSequentialIds('id');
  const given: IndexedDbPersistenceOptions[] = [];
  startInRealm(options, {
    clock: createSimulatedClock(0),
    newId,
    origin: 'https://app.example',
    locks,
    sync: undefined,
    periodicSync: undefined,
    createPersistence(wanted) {
      given.push(wanted);
      return createMemoryPersistence({ newId });
    },
    openChannel: () => undefined,
    isClient: (() => false) as unknown as WorkerRealm['isClient'],
    notifications: async () => [],
    on: () => () => undefined,
  });
  expect(given).toHaveLength(1);
  return given[0]!;
}

test("a worker's storage gets the browser's locks, without which it could not mend a database that was made empty", () => {
  const locks = {} as NonNullable<WorkerRealm['locks']>;
  expect(storageOptions({}, locks).locks).toBe(locks);
});

test('a worker waits for the disk, unless its script asks for less', () => {
  expect(storageOptions({}).durability).toBe('strict');
  expect(storageOptions({ durability: 'strict' }).durability).toBe('strict');
  expect(storageOptions({ durability: 'relaxed' }).durability).toBe('relaxed');
});
