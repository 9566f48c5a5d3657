import { expect, test } from 'vitest';
import { createSequentialIds, createSimulatedClock } from '../../../src/clock.ts';
import type { IndexedDbPersistenceOptions } from '../../../src/storage/indexeddb/indexeddb-persistence.ts';
import { createMemoryPersistence } from '../../../src/storage/memory-persistence.ts';
import { startInRealm, startWorker } from '../../../sw/start-worker.ts';
import type { WorkerRealm } from '../../../sw/worker-realm.ts';

test('startWorker outside a service worker says where it belongs', () => {
  const call = expect(() => startWorker());
  call.toThrow(expect.objectContaining({ name: 'NudgeloopError', code: 'worker.unavailable' }));
  call.toThrow(/top level of the script/);
});

test("a worker's storage gets the browser's locks, without which it could not mend a database that was made empty", () => {
  const locks = {} as NonNullable<WorkerRealm['locks']>;
  const newId = createSequentialIds('id');
  const given: IndexedDbPersistenceOptions[] = [];
  const realm: WorkerRealm = {
    clock: createSimulatedClock(0),
    newId,
    origin: 'https://app.example',
    locks,
    sync: undefined,
    periodicSync: undefined,
    createPersistence(options) {
      given.push(options);
      return createMemoryPersistence({ newId });
    },
    openChannel: () => undefined,
    isClient: (() => false) as unknown as WorkerRealm['isClient'],
    notifications: async () => [],
    on: () => () => undefined,
  };
  startInRealm({}, realm);
  expect(given.map((options) => options.locks)).toEqual([locks]);
  expect(given[0]?.locks).toBe(locks);
});
