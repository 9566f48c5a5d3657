import { createExclusiveWork } from '../src/host/exclusive-work.ts';
import { createLazyHost } from '../src/host/lazy-host.ts';
import { createLog } from '../src/log/log.ts';
import { createBuiltInRegistry } from '../src/loop/strategies/strategy-registry.ts';
import { DEFAULT_STRATEGY_DEADLINE } from '../src/loop/strategies/strategy.ts';
import type { PokeResult } from '../src/protocol/api.ts';
import { channelName } from '../src/protocol/version.ts';
import { keepInIndexedDb } from '../src/storage/indexeddb/indexeddb-persistence.ts';
import { keepInMemory } from '../src/storage/memory-persistence.ts';
import { usablePersistence } from '../src/storage/usable-persistence.ts';
import { createEndpoint } from './endpoint.ts';
import type { HostHooks } from './host-hooks.ts';
import type { NudgeSurface } from './nudge-surface.ts';
import { createWakeUps } from './wake-ups.ts';
import type { WorkerOptions } from './worker-options.ts';
import type { Channel, WorkerRealm } from './worker-realm.ts';

/** A started worker. */
export interface NudgeloopWorker {
  /**
   * Does due work on every loop. Call it within `waitUntil` of an event of your own, such as a push.
   *
   * @param cause what woke the worker, for the log
   * @throws NudgeloopError a `storage.…` code, if the database can't be used. What each push needs, such as a notification
   * of yours if Nudgeloop shows none, must happen then too
   */
  wake(cause: string): Promise<PokeResult>;
  /** Removes the listeners and closes the database. If that fails, or the surface's `stop` throws, it rejects once the rest is done. */
  stop(): Promise<void>;
}

/** What a worker runs with: what `startWorker` makes of its options. */
export interface RunOptions extends Pick<WorkerOptions, 'durability' | 'strategyDeadline' | 'surface' | 'logSinks'> {
  readonly database: string;
  readonly hooks?: HostHooks;
}

/** Runs a worker in a realm, the browser's or a test's. */
export function runWorker(options: RunOptions, realm: WorkerRealm): NudgeloopWorker {
  const { database, durability = 'strict', strategyDeadline = DEFAULT_STRATEGY_DEADLINE } = options;
  const { clock, newId, locks, createPersistence = keepInIndexedDb } = realm;
  const log = createLog(clock.now, options.logSinks);
  // Made once for all attempts to open it: a later attempt then waits for the same handle as the first.
  const durable = createPersistence({ database, durability, newId, clock, log, locks });
  // During an update two workers run at once, and pages without a worker host the loops themselves.
  const exclusively = createExclusiveWork({ locks, database, clock, strategyDeadline });
  let channel: Channel | undefined;
  // Declared before it is made: `told` reads it for each log event, also during that time.
  let surface: ReturnType<NudgeSurface> | undefined = undefined;

  const host = createLazyHost({
    strategies: createBuiltInRegistry(),
    ...options.hooks,
    kind: 'service-worker',
    clock,
    newId,
    log,
    strategyDeadline,
    openPersistence: () => usablePersistence(durable, () => keepInMemory({ newId }), log, clock),
    publish(envelope) {
      channel ??= realm.openChannel(channelName(database));
      channel?.postMessage(envelope);
    },
    async exclusively(loop, work) {
      // Before the work: a strategy that blocks the thread also blocks timers, and once no page is left the browser
      // refuses a sync.
      await wakeUps.expect();
      return exclusively(loop, work);
    },
    told: (event) => surface?.told(event),
    eraseRealm: (loop) => wakeUps.erase(loop),
  });
  surface = options.surface?.({ database, clock, log, api: host.api });
  const wake: NudgeloopWorker['wake'] = async (cause) => {
    const result = await host.wake(cause);
    await surface?.settled();
    return result;
  };

  const wakeUps = createWakeUps({ database, realm, log, wake });
  const endpoint = createEndpoint({
    database,
    realm,
    log,
    api: host.api,
    async followUp(...call) {
      await wakeUps.follow(host.followUp(...call));
      await surface?.settled();
    },
  });
  const stops = [
    realm.on('message', endpoint.receive),
    realm.on('messageerror', () => log.debug('message.ignored', { from: 'clone' })),
  ];

  return {
    wake,
    async stop() {
      for (const stop of [...stops, wakeUps.stop]) stop();
      endpoint.close();
      try {
        await host.close();
      } finally {
        try {
          // A host that never reached its storage can't close it.
          await durable.close();
        } finally {
          channel?.close();
          // Last, since it is the app's code and may throw.
          surface?.stop();
        }
      }
    },
  };
}
