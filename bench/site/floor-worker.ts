// The physical floors: what a message, a transaction and a broadcast cost without anything around them.
import { burst } from './burst.ts';
import { ask, openRaw, strictly } from './raw-store.ts';
import { sampleAction } from './sample-action.ts';
import { serveOps } from './serve-ops.ts';

const channel = new BroadcastChannel('floor');
let opening: Promise<IDBDatabase> | undefined;
const open = (): Promise<IDBDatabase> => (opening ??= openRaw('floor'));

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
  count: async () => ask(await open(), (store) => store.count()),
});
