// The physical floors: what a message, a transaction and a broadcast cost without anything around them.
import { burst } from './burst.ts';
import { createPacker } from './packer.ts';
import { ask, openRaw, strictly } from './raw-store.ts';
import { sampleAction, sampleLists } from './sample-action.ts';
import { serveOps } from './serve-ops.ts';

const channel = new BroadcastChannel('floor');
let opening: Promise<IDBDatabase> | undefined;
const open = (): Promise<IDBDatabase> => (opening ??= openRaw('floor'));
const packer = createPacker('packed-floor');

const add = async (record: unknown): Promise<void> => {
  const database = await open();
  await strictly(database, (store) => store.add(record));
};

serveOps({
  add,
  async addAndTell(record: unknown) {
    await add(record);
    channel.postMessage({ added: 1 });
  },
  async burst({ count, inFlight }: { count: number; inFlight: number }) {
    await open();
    return burst(count, inFlight, (n) => add(sampleAction(n)));
  },
  /** Milliseconds of so many lists, one at a time: a row for each record, a transaction for each list. */
  async burstLists({ calls, size }: { calls: number; size: number }) {
    const database = await open();
    const lists = sampleLists(calls, size);
    return burst(calls, 1, (n) => strictly(database, (store) => lists[n - 1]!.forEach((record) => store.add(record))));
  },
  count: async () => ask(await open(), (store) => store.count()),
  addPacked: packer.add,
  countPacked: packer.count,
});
