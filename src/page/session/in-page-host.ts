import { NudgeloopError } from '../../errors.ts';
import { closeNotifications } from '../../host/close-notifications.ts';
import { createExclusiveWork } from '../../host/exclusive-work.ts';
import { createLazyHost } from '../../host/lazy-host.ts';
import { createLog, type Log, type LogSink } from '../../log/log.ts';
import { createStrategyRegistry } from '../../loop/strategies/strategy-registry.ts';
import { DEFAULT_STRATEGY_DEADLINE } from '../../loop/strategies/strategy.ts';
import type { Answer } from '../../protocol/api.ts';
import type { BroadcastEnvelope } from '../../protocol/events.ts';
import { keepInIndexedDb } from '../../storage/indexeddb/indexeddb-persistence.ts';
import { keepInMemory } from '../../storage/memory-persistence.ts';
import { usablePersistence } from '../../storage/usable-persistence.ts';
import type { ClientOptions } from '../client-options.ts';
import { disposed, type HostLink } from '../host-link.ts';
import type { PageRealm } from '../page-realm.ts';
import { sharedTimers } from '../shared-timers.ts';
import { fieldsOf } from '../worker/explain.ts';

/** Options of `createInPageLink`. */
export interface InPageLinkOptions {
  /** The client's options. */
  readonly options: Pick<ClientOptions, 'strategies'>;
  readonly database: string;
  readonly realm: PageRealm;
  /** Milliseconds after which an unanswered call gets `call.timeout`. */
  readonly deadline: number;
  /** Why there is no worker: `worker.unavailable`. */
  readonly failure: NudgeloopError;
  /** The page's own log. */
  readonly log: Log;
  /** Sends what the host announces to this page and all others. */
  readonly publish: (envelope: BroadcastEnvelope) => void;
  readonly onLog: LogSink;
}

/**
 * Hosts the loops in the page: the same host over the same database. A Web Lock makes it work alone, which a worker
 * does by nature. It is in a chunk of its own, which a page with a worker never loads.
 */
export function createInPageLink(options: InPageLinkOptions): HostLink {
  const { database, realm, deadline, failure, publish, onLog } = options;
  const { clock, newId, locks, createPersistence = keepInIndexedDb } = realm;
  const reason = String(failure.details?.['reason']);
  options.log[reason === 'not-wanted' ? 'info' : 'warn']('worker.fallback', fieldsOf(failure));
  const log = createLog(clock.now, [onLog]);
  const scheduleEnd = sharedTimers(clock);
  // Made once for all attempts to open it: a later attempt then waits for the same handle as the first.
  const durable = createPersistence({ database, newId, clock, log, locks });
  /** Ends each call in progress. */
  const underWay = new Set<() => void>();
  /** The same calls in the host, which goes on with them and with what they leave to do. */
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  let isGreeted = false;
  let isUnknown = false;

  const close = (loop: string | null, isMeant: (shown: Notification) => boolean): Promise<number> =>
    closeNotifications(async () => (await shownBy(realm)).filter(isMeant), { database, clock }, loop);

  const host = createLazyHost({
    kind: 'page',
    clock,
    newId,
    log,
    strategies: createStrategyRegistry(options.options.strategies),
    openPersistence: () => usablePersistence(durable, () => keepInMemory({ newId }), log, clock),
    exclusively: createExclusiveWork({ locks, database, clock, strategyDeadline: DEFAULT_STRATEGY_DEADLINE }),
    publish,
    told(event) {
      if (event.type === 'nudges.acknowledged') void close(event.loop, ({ data }) => event.seqs.includes(seqIn(data)));
    },
    eraseRealm: async (loop) => ({ notifications: await close(loop, () => true), tags: 0 }),
  });

  return {
    fallbackReason: reason,
    verify: () => undefined,
    isUseless: () => isUnknown && !isGreeted && reason !== 'not-wanted',
    call: (method, request) =>
      new Promise((resolve) => {
        if (isClosed) return resolve({ ok: false, error: disposed().toData() });
        const settle = (answer: Answer<never>): void => {
          cancel();
          underWay.delete(dispose);
          if (method === 'hello') {
            isGreeted ||= answer.ok;
            isUnknown = !answer.ok && answer.error.code === 'strategy.unknown';
          }
          resolve(answer);
        };
        const end = (error: NudgeloopError): void => settle({ ok: false, error: error.toData() });
        const dispose = (): void => end(disposed({ call: method, sent: true }));
        const cancel = scheduleEnd(deadline, () => end(late(method, deadline)));
        underWay.add(dispose);
        const run = host.api[method] as (given: unknown) => Promise<Answer<never>>;
        const ran: Promise<unknown> = run(request).then(async (answer) => {
          settle(answer);
          // Even after a late answer: what was recorded must still be processed.
          if (!isClosed) await host.followUp(method, request, answer);
          running.delete(ran);
        });
        running.add(ran);
      }),
    close() {
      isClosed = true;
      for (const dispose of underWay) dispose();
      // Last, since what is still running may open it again. A host that never reached its storage can't close it.
      void host.close().then(() => Promise.allSettled(running)).then(() => durable.close());
    },
  };
}

/**
 * The notifications that workers of this site show, mostly from earlier visits: one of these workers may have been
 * ours.
 */
async function shownBy({ serviceWorker }: PageRealm): Promise<Notification[]> {
  const registrations = (await serviceWorker?.getRegistrations()) ?? [];
  return (await Promise.all(registrations.map((registration) => registration.getNotifications()))).flat();
}

/** The place of the nudge that a notification shows. If another script wrote it, it is not a number and matches none. */
function seqIn(data: unknown): number {
  return (data as { readonly nudgeloop?: { readonly seq?: number } } | null)?.nudgeloop?.seq ?? -1;
}

function late(call: string, deadline: number): NudgeloopError {
  const text = `No answer to ${call} within ${deadline} ms. A recorded action may have been taken; storage is slow, or another tab holds it.`;
  return new NudgeloopError('call.timeout', text, { call, deadline, sent: true });
}
