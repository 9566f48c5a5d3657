import { NudgeloopError } from '../errors.ts';
import type { PokeResult } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { Host, HostOptions } from './host-types.ts';
import type { LoopSession } from './loop-session.ts';
import { createLoopSessions } from './loop-sessions.ts';
import { createWorkerApi } from './worker-api.ts';

/**
 * Makes the part that does the work, the same in a service worker, in a page and in Node: loops over a store, and the
 * methods that pages call. Nothing is opened before the first call.
 *
 * @param options what the realm provides
 */
export function createHost(options: HostOptions): Host {
  const { persistence, log, publish } = options;

  const broadcast = (event: HostEvent): void => {
    // Asked for with each event: if the database was made anew, clients must hear so with the next one.
    persistence
      .epoch()
      .then((epoch) => publish({ nudgeloop: PROTOCOL_VERSION, epoch, event }))
      .catch(() => undefined);
  };
  const announce = (event: HostEvent): void => {
    options.told?.(event);
    broadcast(event);
  };

  const sessions = createLoopSessions(options, ({ loop, revision, outbox }) => {
    announce({ type: 'loop.changed', loop, revision, outbox });
  });
  const removeSink = log.addSink((event) => {
    options.told?.({ type: 'log', event });
    // What is logged with each call is for this realm: a message to every tab costs as much as the call's own answer.
    if (event.level !== 'debug') broadcast({ type: 'log', event });
  });

  const wakeOf = async ({ worker }: LoopSession): Promise<PokeResult> => {
    const { processed, polled, nextAt } = await worker.wake();
    return { processed, polled, nextAt };
  };
  const wakeLoop = async (name: string): Promise<PokeResult> => wakeOf(await sessions.get(name));

  return {
    api: createWorkerApi({ ...options, boot: options.newId(), sessions, announce, wakeLoop }),

    async work(name) {
      const { processed, nextAt } = await (await sessions.get(name)).worker.processPending();
      return { processed, polled: 0, nextAt };
    },

    async wake(cause) {
      log.debug('worker.woken', { cause });
      const total = { processed: 0, polled: 0, nextAt: null as number | null };
      for (const name of await sessions.names()) {
        try {
          const { processed, polled, nextAt } = await wakeOf(await sessions.resume(name));
          total.processed += processed;
          total.polled += polled;
          if (nextAt !== null) total.nextAt = Math.min(total.nextAt ?? nextAt, nextAt);
        } catch (error) {
          // One broken loop must not keep the others asleep.
          const code = error instanceof NudgeloopError ? error.code : 'internal';
          log.error('call.failed', { call: 'wake', loop: name, code });
          // What a disk refused for now is left to do.
          if (code.startsWith('storage.')) total.nextAt = Math.min(total.nextAt ?? Infinity, options.clock.now());
        }
      }
      return total;
    },

    async close() {
      removeSink();
      await sessions.close();
      await persistence.close();
    },
  };
}
