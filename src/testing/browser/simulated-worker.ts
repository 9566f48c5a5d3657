import type { Clock, IdSource } from '../../clock.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { startInRealm } from '../../../sw/start-worker.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import type { WorkerEvents, WorkerRealm } from '../../../sw/worker-realm.ts';
import { clockOf, createLife, type Life } from './life.ts';
import { mortalStorage, type WorkerDeath } from './mortal-storage.ts';
import type { SimulatedChannels } from './simulated-channels.ts';
import type { SimulatedLocks } from './simulated-locks.ts';
import type { SimulatedPort } from './simulated-port.ts';

/** The simulated origin. */
export const ORIGIN = 'https://app.example';

/** A window as the worker sees it, to answer to. */
export class SimulatedClient {
  constructor(
    readonly id: string,
    readonly postMessage: (data: unknown) => void,
    readonly isThere: () => boolean,
  ) {}
}

/** The surroundings of a worker. */
export interface SimulatedWorkerOptions {
  readonly options: WorkerOptions;
  readonly clock: Clock;
  readonly channels: SimulatedChannels;
  readonly locks: SimulatedLocks;
  /** Makes ids that begin with this name. */
  readonly idsOf: (name: string) => IdSource;
  /** What outlives the worker. If undefined, it uses what the realm has, which in Node is nothing. */
  readonly storage: GoalFeedbackPersistence | undefined;
}

/** A worker's script, which events start, and which may be stopped at any time. */
export interface SimulatedWorker {
  /** The tags of the background syncs that it asked for. */
  readonly syncTags: string[];
  /** How often it was started. */
  starts(): number;
  /**
   * Dispatches an event, and starts the worker if needed. Settles once the worker may sleep again. Rejects as its work
   * does, or if it dies in the meantime.
   */
  dispatch(name: keyof WorkerEvents, event: object): Promise<unknown>;
  /** Delivers a message with its ports. */
  deliver(data: unknown, from: SimulatedClient, ports: readonly SimulatedPort[]): void;
  kill(when: WorkerDeath): void;
  /**
   * Replaces the worker with another one, of the same script or another version. For pages it is a different object.
   */
  replace(options?: WorkerOptions): void;
  /** Tells a page, while it lives, that another worker has replaced this one. */
  onReplaced(life: Life, run: () => void): void;
}

type Handler = (event: never) => void;

interface Running {
  readonly life: Life;
  readonly handlers: ReadonlyMap<string, ReadonlySet<Handler>>;
}

/** Makes a worker, not started yet. */
export function createSimulatedWorker({ options: first, clock, channels, locks, idsOf, storage }: SimulatedWorkerOptions): SimulatedWorker {
  const syncTags: string[] = [];
  const clients = new Map<string, SimulatedClient>();
  const followers = new Set<() => void>();
  let options = first;
  let running: Running | undefined;
  let armed: WorkerDeath | undefined;
  let starts = 0;

  const diesAt = (point: WorkerDeath): boolean => {
    if (armed !== point) return false;
    armed = undefined;
    return true;
  };

  const start = (): Running => {
    if (running !== undefined) return running;
    starts += 1;
    const life = createLife();
    const handlers = new Map<string, Set<Handler>>();
    const realm: WorkerRealm = {
      clock: clockOf(life, clock),
      newId: idsOf(`worker${starts}`),
      origin: ORIGIN,
      locks: locks.of(life),
      sync: { getTags: async () => [...syncTags], register: async (tag) => void (life.isOver() || syncTags.push(tag)) },
      periodicSync: undefined,
      ...(storage === undefined ? {} : { createPersistence: () => mortalStorage({ storage, life, diesAt }) }),
      openChannel: (name) => channels.open(name, life),
      isClient: (source): source is SimulatedClient => source instanceof SimulatedClient,
      isThere: async (id) => clients.get(id)?.isThere() === true,
      notifications: async () => [],
      on(name, run) {
        handlers.set(name, (handlers.get(name) ?? new Set()).add(run));
        return () => void handlers.get(name)?.delete(run);
      },
    };
    const sinks = (options.logSinks ?? []).map((sink): typeof sink => (event) => void (life.isOver() || sink(event)));
    startInRealm({ ...options, logSinks: sinks }, realm);
    const started = { life, handlers };
    life.onEnd(() => (running = undefined));
    running = started;
    return started;
  };

  const dispatchIn = ({ life, handlers }: Running, name: keyof WorkerEvents, event: object): Promise<unknown> => {
    const holds: Promise<unknown>[] = [];
    for (const run of handlers.get(name) ?? []) run({ waitUntil: (hold: Promise<unknown>) => holds.push(hold), ...event } as never);
    // For a browser, an event in which the worker dies has failed: a sync is fired again.
    const died = new Promise<never>((_resolve, reject) => life.onEnd(() => reject(new Error('the worker died'))));
    return Promise.race([Promise.all(holds), died]);
  };

  return {
    syncTags,
    starts: () => starts,
    dispatch: (name, event) => dispatchIn(start(), name, event),
    deliver(data, from, ports) {
      const started = start();
      const { life } = started;
      const source = new SimulatedClient(from.id, (reply) => void (life.isOver() || from.postMessage(reply)), from.isThere);
      clients.set(from.id, source);
      // Nobody is told when a worker is gone: from then on, its ends of the ports neither send nor receive.
      if (ports.length > 0) life.onEnd(() => ports.forEach((port) => port.close()));
      // The answer to a message tells its failure.
      dispatchIn(started, 'message', { data, origin: ORIGIN, source, ports }).catch(() => undefined);
    },
    kill(when) {
      // If the worker did not die of it, the next one must not.
      armed = when === 'now' ? undefined : when;
      if (when === 'now') running?.life.end();
    },
    replace(next = options) {
      running?.life.end();
      armed = undefined;
      options = next;
      followers.forEach((run) => run());
    },
    onReplaced(life, run) {
      followers.add(run);
      life.onEnd(() => followers.delete(run));
    },
  };
}
