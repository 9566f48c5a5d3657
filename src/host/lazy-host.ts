import { toNudgeloopError } from '../errors.ts';
import type { WorkerApi } from '../protocol/api.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { UsablePersistence } from '../storage/usable-persistence.ts';
import { answering, type Answering } from './answering.ts';
import { createFollowUp, type FollowUp } from './follow-up.ts';
import { createHost } from './host.ts';
import type { Host, HostOptions } from './host-types.ts';
import { createTurns } from './turns.ts';

/** Options of `createLazyHost`: those of a host, whose storage is still to be opened. */
export interface LazyHostOptions extends Omit<HostOptions, 'persistence' | 'turns'> {
  /** Opens a usable storage. Called again at the next call after a rejection. */
  readonly openPersistence: () => Promise<UsablePersistence>;
}

/** A host that opens its storage at the first call. */
export interface LazyHost extends Omit<Host, 'methods'> {
  readonly api: WorkerApi;
  /** Does the work that a call left. */
  readonly followUp: FollowUp;
}

/**
 * Makes a host whose listeners and methods exist at once, while its storage is opened when first needed: a worker must
 * add its listeners before its script ends, and opening a database takes longer than that.
 *
 * @param options what the realm provides
 */
export function createLazyHost(options: LazyHostOptions): LazyHost {
  const { log, told, publish } = options;
  const turns = createTurns();
  let opening: Promise<Host & Answering> | undefined;

  // Added before anything is opened, since clients must hear what goes wrong then. Log events carry no epoch: it would
  // have to be read from a database that may not open, which is logged too.
  const removeSink = log.addSink((event) => {
    told?.({ type: 'log', event });
    // Events at the level debug stay in this realm: a message to every tab costs as much as the call's own answer.
    if (event.level !== 'debug') publish({ nudgeloop: PROTOCOL_VERSION, epoch: '', event: { type: 'log', event } });
  });

  const open = (): Promise<Host & Answering> => {
    if (opening !== undefined) return opening;
    opening = options.openPersistence().then((persistence) => ({ ...createHost({ ...options, persistence, turns }), epoch: () => persistence.epoch() }));
    opening.catch((error: unknown) => {
      opening = undefined;
      log.error('call.failed', { call: 'open', code: toNudgeloopError(error).code });
    });
    return opening;
  };

  const work: Host['work'] = async (name) => (await open()).work(name);

  return {
    api: answering(open, log, turns),
    work,
    followUp: createFollowUp(work),
    wake: async (cause) => (await open()).wake(cause),
    async close() {
      removeSink();
      // It is kept: another one would begin anew with what is still pending, and nobody would close that.
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
