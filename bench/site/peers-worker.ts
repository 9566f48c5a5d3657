// What others store with, in the worker itself: their figures hold no message, which is to their advantage.
import { Dexie } from 'dexie';
import { createStore, entries, set, setMany } from 'idb-keyval';
import localforage from 'localforage';
import { Queue } from 'workbox-background-sync';
import { burst } from './burst.ts';
import { makeStrict } from './make-strict.ts';
import { sampleAction, sampleLists, type SampleAction } from './sample-action.ts';
import { serveOps } from './serve-ops.ts';
import { durabilities } from './watch-durability.ts';

interface Peer {
  /** Settles when the record is stored. */
  add(n: number): Promise<unknown>;
  /** Settles when all of a list is stored; absent where there is no call for that. */
  addList?(records: readonly SampleAction[]): Promise<unknown>;
  count(): Promise<number>;
}

// Before any of them opens its database.
makeStrict();
const dexie = new Dexie('dexie', { chromeTransactionDurability: 'strict' });
dexie.version(1).stores({ records: '++' });
const forage = localforage.createInstance({ name: 'localforage', driver: localforage.INDEXEDDB });
const keyval = createStore('idb-keyval', 'records');
// A sync fires at once while there is a network; it must not replay the queue that is being measured.
const queue = new Queue('bench', { onSync: () => undefined });
let key = 0;

const peers: Readonly<Record<string, Peer>> = {
  dexie: {
    add: (n) => dexie.table('records').add(sampleAction(n)),
    addList: (records) => dexie.table('records').bulkAdd(records),
    count: () => dexie.table('records').count(),
  },
  localforage: { add: (n) => forage.setItem(String((key += 1)), sampleAction(n)), count: () => forage.length() },
  'idb-keyval': {
    add: (n) => set((key += 1), sampleAction(n), keyval),
    addList: (records) => setMany(records.map((record): [number, SampleAction] => [(key += 1), record]), keyval),
    count: async () => (await entries(keyval)).length,
  },
  workbox: {
    add: (n) => queue.pushRequest({ request: new Request('/queue', { method: 'POST', body: JSON.stringify(sampleAction(n)) }) }),
    count: () => queue.size(),
  },
};

const find = (name: string): Peer => {
  const peer = peers[name];
  if (peer === undefined) throw new Error(`there is no peer ${name}`);
  return peer;
};

serveOps({
  add: ({ peer, n }: { peer: string; n: number }) => find(peer).add(n).then(() => undefined),
  burst: ({ peer, count, inFlight }: { peer: string; count: number; inFlight: number }) => burst(count, inFlight, find(peer).add),
  /** Milliseconds of so many lists, one at a time. */
  burstLists({ peer, calls, size }: { peer: string; calls: number; size: number }) {
    const { addList } = find(peer);
    if (addList === undefined) throw new Error(`${peer} has no call for a list`);
    const lists = sampleLists(calls, size);
    return burst(calls, 1, (n) => addList(lists[n - 1]!));
  },
  count: (peer: string) => find(peer).count(),
  durabilities,
});
