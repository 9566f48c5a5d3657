/** What was asked of IndexedDB in this worker. */
export interface Requests {
  readonly: number;
  readwrite: number;
  /** `get`, `getAll`, `getKey` and the like, and cursors. */
  reads: number;
  /** `add`, `put`, `delete` and `clear`. */
  writes: number;
  /** `count()`, whose cost grows with the store. */
  counts: number;
  /** Reads from the end backwards; so does their cost. */
  reverseReads: number;
  /** Reads of a journal without a range. */
  fullScans: number;
  /** Rows of journals that reads gave, and steps of cursors over them: what a range does not bound shows here. */
  rows: number;
}

const none = (): Requests => ({ readonly: 0, readwrite: 0, reads: 0, writes: 0, counts: 0, reverseReads: 0, fullScans: 0, rows: 0 });

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

/** Puts a look behind a method of a prototype. */
function watch(prototype: object, name: string, look: (given: readonly unknown[], target: unknown, made: unknown) => void): void {
  const methods = prototype as Record<string, Method | undefined>;
  const original = methods[name];
  if (original === undefined) return;
  methods[name] = function watched(...given) {
    const made = original.apply(this, given);
    look(given, this, made);
    return made;
  };
}

/** What a read asks for: by places, or since `getAllRecords` in one record. A range, a date and a list are no such record. */
function askedFor([first, second]: readonly unknown[]): { readonly query?: unknown; readonly direction?: unknown } {
  const isRecord = typeof first === 'object' && first !== null && Object.getPrototypeOf(first) === Object.prototype;
  return isRecord ? first : { query: first, direction: second };
}

/** Counts what a read gives. The request of a cursor succeeds once for each step, and at the end with nothing. */
function countRows(request: IDBRequest): void {
  request.addEventListener('success', () => {
    const { result } = request as IDBRequest<unknown>;
    requests.rows += Array.isArray(result) ? result.length : Number(result !== null && result !== undefined);
  });
}

watch(IDBDatabase.prototype, 'transaction', ([, mode = 'readonly']) => (requests[mode as 'readonly'] += 1));
for (const prototype of [IDBObjectStore.prototype, IDBIndex.prototype]) {
  for (const name of ['get', 'getKey', 'getAll', 'getAllKeys', 'getAllRecords', 'openCursor', 'openKeyCursor', 'count']) {
    watch(prototype, name, (given, target, request) => {
      const { query, direction } = askedFor(given);
      requests.reads += 1;
      if (name === 'count') requests.counts += 1;
      if (String(direction).startsWith('prev')) requests.reverseReads += 1;
      const isOfMany = name.startsWith('getAll') || name.startsWith('open');
      const store = target instanceof IDBIndex ? target.objectStore.name : (target as IDBObjectStore).name;
      if (!isOfMany || !JOURNALS.has(store)) return;
      if (query === undefined || query === null) requests.fullScans += 1;
      countRows(request as IDBRequest);
    });
  }
}
for (const name of ['add', 'put', 'delete', 'clear']) watch(IDBObjectStore.prototype, name, () => (requests.writes += 1));
