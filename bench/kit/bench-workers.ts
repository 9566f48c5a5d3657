/** The benchmark's own workers, by what a page connects with. */
export const FLOOR = '/floor/worker.js';
export const PEERS = '/peers/worker.js';
export const TOOLS = '/tools/worker.js';
export const COUNTED = '/counted/worker.js';
export const LOOKING_BACK = '/looking-back/worker.js';
export const WATCHED = '/watched/worker.js';
export const RELAXED = '/relaxed/worker.js';
export const COLD = '/cold/worker.js';

/** The peers that store records, as the workers know them and as they are called. */
export const PEER_NAMES: Readonly<Record<string, string>> = {
  'idb-keyval': 'idb-keyval',
  localforage: 'localForage',
  dexie: 'Dexie',
  workbox: 'Workbox Queue',
};

/** The peers that store a list in one call, and how they call that. */
export const LIST_PEER_NAMES: Readonly<Record<string, string>> = {
  'idb-keyval': 'idb-keyval setMany',
  dexie: 'Dexie bulkAdd',
};
