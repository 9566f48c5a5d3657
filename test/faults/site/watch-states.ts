import { isWork, JOURNALS, looked, type Looked } from './looked.ts';
import { report } from './report.ts';

/** The most that was ever counted in a journal, and how many there were before that transaction. */
interface Most {
  readonly loop: string;
  readonly counts: Partial<Record<(typeof JOURNALS)[number], readonly [before: number, after: number]>>;
}

/** How long counts are gathered before they are reported, in milliseconds: a flood has thousands of commits. */
const GATHERED_MS = 200;

/**
 * Reports what each transaction did to the state of a loop, once it is complete: where it took the next number of the fence or
 * worked something off, and the most that was ever counted. The product reads the stored state in each transaction
 * in which it writes it, so that the two can be compared whatever another host did before.
 */
export function watchStates(): void {
  const { get, put } = IDBObjectStore.prototype;
  const found = new WeakMap<IDBTransaction, Looked>();
  /** The number that this host's run holds, by the life of a loop. */
  const tokens = new Map<string, number>();
  const most = new Map<string, Most>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tellMost = (): void => {
    timer = undefined;
    for (const grown of most.values()) report('most', grown);
  };

  const committed = (database: string, before: Looked, after: Looked): void => {
    const { loop, life } = after;
    const key = `${database} ${loop} ${life}`;
    if (after.fence > before.fence) tokens.set(key, after.fence);
    const works = isWork(before, after);
    if (works || after.fence !== before.fence) {
      report('fence', { of: key, loop, before: before.fence, after: after.fence, token: tokens.get(key) ?? null, works });
    }
    const known = most.get(key)?.counts ?? {};
    const grown = JOURNALS.filter((name) => after.counts[name] > Math.max(before.counts[name], known[name]?.[1] ?? 0));
    if (grown.length === 0) return;
    const counts = Object.fromEntries(grown.map((name) => [name, [before.counts[name], after.counts[name]]]));
    most.set(key, { loop, counts: { ...known, ...counts } });
    timer ??= setTimeout(tellMost, GATHERED_MS);
  };

  IDBObjectStore.prototype.get = function watched(this: IDBObjectStore, query): IDBRequest {
    const request = get.call(this, query);
    // Before the product has it, which goes on to change it.
    if (this.name === 'documents') {
      request.addEventListener('success', () => {
        const before = looked(request.result);
        if (before !== undefined) found.set(this.transaction, before);
      });
    }
    return request;
  };

  IDBObjectStore.prototype.put = function watched(this: IDBObjectStore, ...given): IDBRequest<IDBValidKey> {
    const after = this.name === 'documents' ? looked(given[0]) : undefined;
    const { transaction } = this;
    if (after !== undefined) {
      transaction.addEventListener('complete', () => {
        const before = found.get(transaction);
        if (before?.loop === after.loop && before.life === after.life) committed(transaction.db.name, before, after);
        // A run may begin in the transaction in which its loop's life does, right behind an erasure.
        else if (after.fence > 0) tokens.set(`${transaction.db.name} ${after.loop} ${after.life}`, after.fence);
      });
    }
    return put.apply(this, given);
  };
}
