// The floor of a cold start: a worker with nothing in it, that opens its database and stores one record.
import { openRaw, strictly } from './raw-store.ts';

interface ExtendableMessage extends MessageEvent {
  waitUntil(work: Promise<unknown>): void;
}

addEventListener('message', (event) => {
  const { data, source } = event;
  const work = async (): Promise<void> => {
    const database = await openRaw('cold');
    await strictly(database, (store) => store.add(data));
    (source as MessagePort | null)?.postMessage({ isStored: true });
  };
  (event as ExtendableMessage).waitUntil(work());
});
