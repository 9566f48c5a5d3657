import { createNudgeloop, type ClientOptions, type LogEvent, type Nudge, type NudgeloopClient } from 'nudgeloop';
import { readStores } from '../../faults/site/read-stores.ts';

declare global {
  interface Window {
    /** Set once the module ran. */
    isLoaded: boolean;
    client: NudgeloopClient;
    /** Ids of delivered nudges, in order of delivery. */
    delivered: string[];
    /** What else was told, a word each. */
    told: string[];
    logged: LogEvent[];
    connect: (options?: ClientOptions) => NudgeloopClient;
    /** As the package has it, and keeps nothing of the client. */
    newClient: typeof createNudgeloop;
    readStore: (store: string, database?: string) => Promise<unknown[]>;
  }
}

window.delivered = [];
window.told = [];
window.logged = [];

window.connect = (options = {}) => {
  const client = createNudgeloop({ ...options, logSinks: [(event) => window.logged.push(event)] });
  client.on('nudge', (nudge: Nudge) => window.delivered.push(nudge.id));
  client.on('acknowledged', ({ seqs }) => window.told.push(`acknowledged ${seqs.join()}`));
  client.on('erased', ({ loop }) => window.told.push(`erased ${loop}`));
  client.on('epoch.reset', () => window.told.push('epoch.reset'));
  client.on('update', ({ reason }) => window.told.push(`update ${reason}`));
  window.client = client;
  return client;
};

window.newClient = createNudgeloop;

/** Reads a store behind the product's back. */
window.readStore = async (store, database = 'nudgeloop') => (await readStores(database))[store] ?? [];

window.isLoaded = true;
