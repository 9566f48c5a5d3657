/** What was asked of IndexedDB in this worker. */
export interface Requests {
  readonly: number;
  readwrite: number;
  /** `get`, `getAll`, `getKey` and the like, and cursors. */
  reads: number;
  /** `add`, `put`, `delete` and `clear`. */
  writes: number;
  /** Bytes of what was written, as JSON. */
  bytes: number;
  /** `count()`, whose cost grows with the store. */
  counts: number;
  /** Cursors that run backwards; so does their cost. */
  reverseCursors: number;
  /** Reads of a whole journal. */
  fullScans: number;
}

const none = (): Requests => ({ readonly: 0, readwrite: 0, reads: 0, writes: 0, bytes: 0, counts: 0, reverseCursors: 0, fullScans: 0 });

/** The stores that grow with the history. */
const JOURNALS: ReadonlySet<string> = new Set(['history', 'pending', 'outbox', 'dead']);

let requests = none();

/** What was asked since the last look. */
export function takeRequests(): Requests {
  const taken = requests;
  requests = none();
  return taken;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** Puts a look before a method of a prototype. */
function watch(prototype: object, name: string, look: (given: readonly unknown[], target: unknown) => void): void {
  const methods = prototype as Record<string, Method | undefined>;
  const original = methods[name];
  if (original === undefined) return;
  methods[name] = function watched(...given) {
    look(given, this);
    return original.apply(this, given);
  };
}

watch(IDBDatabase.prototype, 'transaction', ([, mode = 'readonly']) => (requests[mode as 'readonly'] += 1));
for (const prototype of [IDBObjectStore.prototype, IDBIndex.prototype]) {
  for (const name of ['get', 'getKey', 'getAll', 'getAllKeys', 'getAllRecords', 'openCursor', 'openKeyCursor', 'count']) {
    watch(prototype, name, ([query, direction], target) => {
      requests.reads += 1;
      if (name === 'count') requests.counts += 1;
      if (String(direction).startsWith('prev')) requests.reverseCursors += 1;
      const isOfMany = name.startsWith('getAll') || name.startsWith('open');
      const store = target instanceof IDBIndex ? target.objectStore.name : (target as IDBObjectStore).name;
      if (isOfMany && JOURNALS.has(store) && (query === undefined || query === null)) requests.fullScans += 1;
    });
  }
}
for (const name of ['add', 'put', 'delete', 'clear']) {
  watch(IDBObjectStore.prototype, name, ([value]) => {
    requests.writes += 1;
    if (name === 'add' || name === 'put') requests.bytes += JSON.stringify(value).length;
  });
}
