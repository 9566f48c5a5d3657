import { toNudgeloopError } from '../errors.ts';
import type { Answer, WorkerApi, WorkerMethod, WorkerRequest } from '../protocol/api.ts';
import { requestSchemas } from '../protocol/requests.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import type { UsablePersistence } from '../storage/usable-persistence.ts';
import { createFollowUp, type FollowUp } from './follow-up.ts';
import { createHost } from './host.ts';
import type { Host, HostOptions } from './host-types.ts';

/** Options of `createLazyHost`: those of a host, with a storage that is still to be found. */
export interface LazyHostOptions extends Omit<HostOptions, 'persistence'> {
  /** Finds a storage that can be used. Asked again at the next call after a rejection. */
  readonly openPersistence: () => Promise<UsablePersistence>;
}

interface Opened {
  readonly host: Host;
  readonly persistence: UsablePersistence;
}

/** Methods whose answers need no epoch beside them: one tells it, and one refuses another than the caller's. */
const KNOWS_EPOCH: ReadonlySet<string> = new Set<WorkerMethod>(['hello', 'record']);

/** A host that opens its storage at the first call. */
export interface LazyHost extends Host {
  /** Does what a call left to do. */
  readonly followUp: FollowUp;
}

/**
 * Makes a host whose listeners and methods are there at once, while its storage is opened when first needed: a worker
 * must add its listeners before its script ends, and opening a database takes longer than that.
 *
 * @param options what the realm provides
 */
export function createLazyHost(options: LazyHostOptions): LazyHost {
  const { log, told, publish } = options;
  let opening: Promise<Opened> | undefined;

  // Before anything is opened, since clients must hear what went wrong then. No event of the log says an epoch: it would have to be asked
  // of a database that may not open, which is logged too.
  const removeSink = log.addSink((event) => {
    told?.({ type: 'log', event });
    // What is logged with each call is for this realm: a message to every tab costs as much as the call's own answer.
    if (event.level !== 'debug') publish({ nudgeloop: PROTOCOL_VERSION, epoch: '', event: { type: 'log', event } });
  });

  const open = (): Promise<Opened> => {
    if (opening !== undefined) return opening;
    const opened = options
      .openPersistence()
      .then((persistence) => ({ host: createHost({ ...options, persistence }), persistence }));
    opening = opened;
    opened.catch(() => {
      if (opening === opened) opening = undefined;
    });
    return opened;
  };

  // Without a prototype, so that a method named by a message can only be one of these.
  const methods: Record<string, (request: never) => Promise<Answer<unknown>>> = Object.create(null);
  for (const method of Object.keys(requestSchemas) as WorkerMethod[]) {
    methods[method] = async (request: WorkerRequest<typeof method>) => {
      try {
        const opened = open();
        // A schema is made when first asked for: here that is while the database opens.
        requestSchemas[method]();
        const { host, persistence } = await opened;
        const answer = await (host.api[method] as (request: unknown) => Promise<Answer<unknown>>)(request);
        if (!answer.ok || KNOWS_EPOCH.has(method)) return answer;
        // What was done is not refused since nobody can say any more in which life of the database.
        const epoch = await persistence.epoch().catch(() => undefined);
        return epoch === undefined ? answer : { ...answer, epoch };
      } catch (error) {
        return { ok: false, error: toNudgeloopError(error).toData() };
      }
    };
  }
  const api = Object.freeze(methods) as unknown as WorkerApi;

  const work: Host['work'] = async (name) => (await open()).host.work(name);

  return {
    api,
    work,
    followUp: createFollowUp(work),
    wake: async (cause) => (await open()).host.wake(cause),
    async close() {
      removeSink();
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.host.close();
    },
  };
}
