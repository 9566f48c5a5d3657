import { earlier } from '../loop/earlier.ts';
import { toNudgeloopError } from '../errors.ts';
import type { PokeResult, WorkerAnswers } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { isStorageError } from '../storage/is-storage-error.ts';
import { createMethods } from './create-methods.ts';
import type { Host, HostOptions } from './host-types.ts';
import type { LoopSession } from './loop-session.ts';
import { createLoopSessions } from './loop-sessions.ts';

/**
 * Makes the part that does the work, the same in a service worker, in a page and in Node: loops over a storage, and the
 * methods that pages call. Nothing is opened before the first call.
 *
 * @param options what the realm provides
 */
export function createHost(options: HostOptions): Host {
  const { persistence, log, publish, turns } = options;

  const announce = (event: HostEvent): void => {
    options.told?.(event);
    // Read for each event: if the database was recreated, clients must hear of it with the next one.
    persistence
      .epoch()
      .then((epoch) => publish({ nudgeloop: PROTOCOL_VERSION, epoch, event }))
      .catch(() => undefined);
  };

  const sessions = createLoopSessions(options, (event) => announce({ ...event, type: 'loop.changed' }));

  /** Does due work on a loop, or only its pending work. The nudges are told by events, and not here. */
  const poke = async ({ worker }: LoopSession, onlyPending: boolean): Promise<WorkerAnswers['poke']> => {
    const { nudges: _told, ...result } = onlyPending ? { polled: 0, ...(await worker.processPending()) } : await worker.wake();
    return result;
  };

  /**
   * Works on one loop after all earlier erasures. Nobody waits for the answer, so a failure is logged; it must not keep
   * other loops asleep.
   */
  const tried = async (call: string, loop: string, run: () => Promise<PokeResult>): Promise<PokeResult> => {
    try {
      await turns.erased();
      return await run();
    } catch (error) {
      log.error('call.failed', { call, loop, code: toNudgeloopError(error).code });
      // What a disk refused for now is still to be done.
      return { processed: 0, polled: 0, nextAt: isStorageError(error) ? options.clock.now() : null };
    }
  };

  return {
    methods: createMethods({ ...options, boot: options.newId(), sessions, announce, poke }),

    work: (name) => tried('work', name, async () => poke(await sessions.get(name), true)),

    async wake(cause) {
      log.debug('worker.woken', { cause });
      const total = { processed: 0, polled: 0, nextAt: null as number | null };
      for (const name of await sessions.names()) {
        const { processed, polled, nextAt } = await tried('wake', name, async () => poke(await sessions.resume(name), false));
        total.processed += processed;
        total.polled += polled;
        total.nextAt = earlier(total.nextAt, nextAt);
      }
      return total;
    },

    async close() {
      await sessions.close();
      await persistence.close();
    },
  };
}
