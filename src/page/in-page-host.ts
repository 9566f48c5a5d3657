import { createLazyHost } from '../host/lazy-host.ts';
import { createStrategyRegistry } from '../loop/strategy-registry.ts';
import { createLog, type LogSink } from '../log/log.ts';
import type { Answer } from '../protocol/api.ts';
import type { BroadcastEnvelope } from '../protocol/events.ts';
import { workLock } from '../protocol/names.ts';
import { createIndexedDbPersistence } from '../storage/indexeddb/indexeddb-persistence.ts';
import { createMemoryPersistence } from '../storage/memory-persistence.ts';
import { usablePersistence } from '../storage/usable-persistence.ts';
import { disposed, type HostLink } from './host-link.ts';
import type { PageRealm } from './page-realm.ts';

/** Options of `createInPageLink`. */
export interface InPageLinkOptions {
  readonly database: string;
  readonly realm: PageRealm;
  /** Why there is no worker. */
  readonly reason: string;
  /** Tells this page and all others what the host says. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  readonly onLog: LogSink;
}

/**
 * Hosts the loops in the page: the same host, over the same database, with a Web Lock where the worker is alone by
 * nature. It comes in a chunk of its own, which a page with a worker never loads.
 */
export function createInPageLink({ database, realm, reason, publish, onLog }: InPageLinkOptions): HostLink {
  const { clock, newId, locks } = realm;
  const log = createLog(clock.now, [onLog]);
  let isClosed = false;

  const host = createLazyHost({
    kind: 'page',
    clock,
    newId,
    log,
    strategies: createStrategyRegistry(),
    async openPersistence() {
      const durable = createIndexedDbPersistence({ database, newId, clock, log });
      return usablePersistence(durable, () => createMemoryPersistence({ newId }), log);
    },
    exclusively: (loop, work) => (locks === undefined ? work() : locks.request(workLock(database, loop), work)),
    publish,
  });

  return {
    fallbackReason: reason,
    async call(method, request) {
      if (isClosed) return { ok: false, error: disposed().toData() };
      const run = host.api[method] as (given: unknown) => Promise<Answer<never>>;
      const answer = await run(request);
      void host.followUp(method, request, answer);
      return answer;
    },
    close() {
      isClosed = true;
      void host.close();
    },
  };
}

