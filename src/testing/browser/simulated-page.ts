import type { IdSource, SimulatedClock } from '../../clock.ts';
import type { PageRealm } from '../../page/page-realm.ts';
import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { clone, nodeModule } from '../machine.ts';
import { clockOf, createLife, type Life } from './life.ts';
import type { Wire } from './message-faults.ts';
import { mortalStorage } from './mortal-storage.ts';
import type { SimulatedChannels } from './simulated-channels.ts';
import type { SimulatedLocks } from './simulated-locks.ts';
import { createSimulatedPorts, type SimulatedPort } from './simulated-port.ts';
import { ORIGIN, SimulatedClient, type SimulatedWorker } from './simulated-worker.ts';
import { createSleep } from './sleep.ts';

/** What there is of service workers in a page: all of it, nothing in this browser, or nothing without HTTPS. */
export type WorkerSupport = 'working' | 'unsupported' | 'insecure';

/** What a page runs in. */
export interface SimulatedPageOptions {
  readonly clock: SimulatedClock;
  readonly wire: Wire;
  readonly worker: SimulatedWorker;
  readonly channels: SimulatedChannels;
  readonly locks: SimulatedLocks;
  /** Tells windows apart. */
  readonly name: string;
  readonly newId: IdSource;
  /** Without ports, each of its messages is one that wakes. */
  readonly hasPorts: boolean;
  readonly support: WorkerSupport;
  /** Whether its tab is in front. */
  readonly isVisible: boolean;
  readonly storage: GoalFeedbackPersistence | undefined;
}

/** Events of a page's own life. */
export type LifeEvent = 'pagehide' | 'pageshow' | 'visibilitychange';

/** A page, for one client. */
export interface SimulatedPage {
  readonly realm: PageRealm;
  /** What `createNudgeloop` takes as `serviceWorker`. */
  readonly registration: ServiceWorkerRegistration;
  /** Where the worker's answers arrive. */
  readonly container: EventTarget;
  /** Its ends of the ports that it made. */
  readonly ports: readonly SimulatedPort[];
  readonly life: Life;
  /** Those that listeners threw and nobody was told yet, once the life is over. */
  lastErrors(): unknown[];
  /** Tells the page what a click, a tab switch or the back button does. */
  live(event: LifeEvent): void;
  setVisible(now: boolean): void;
  /** Leaves it with the way back open: its timers and what is sent to it wait until `wake()`. */
  sleep(): void;
  wake(): void;
}

/** Opens a page. */
export function createSimulatedPage(options: SimulatedPageOptions): SimulatedPage {
  const { clock, wire, worker, channels, locks, name, newId, hasPorts, support, storage } = options;
  const life = createLife();
  const sleep = createSleep();
  const pageClock = clockOf(life, sleep.clockOf(clock));
  const listeners = new Map<LifeEvent, Set<() => void>>();
  const ports: SimulatedPort[] = [];
  let { isVisible } = options;

  const openWorker = () => ({
    state: 'activated',
    postMessage(data: unknown, transferred: readonly SimulatedPort[] = []) {
      const sent: unknown = clone(data);
      if (!life.isOver()) wire.send('waking', () => worker.deliver(sent, client, transferred));
    },
  });
  const registration = Object.assign(new EventTarget(), { active: openWorker(), installing: null, waiting: null, scope: `${ORIGIN}/nudgeloop/` });
  worker.onReplaced(life, () => {
    registration.active.state = 'redundant';
    registration.active = openWorker();
  });
  const container = Object.assign(new EventTarget(), { startMessages: () => undefined, getRegistration: async () => registration });
  const client = new SimulatedClient(name, (data) => {
    const reply: unknown = clone(data);
    const arrive = () => void (life.isOver() || container.dispatchEvent(new MessageEvent('message', { data: reply })));
    wire.send('answers', () => sleep.whenAwake(arrive));
  });
  const openPorts = () => {
    const made = createSimulatedPorts(
      (arrive) => wire.send('port', arrive),
      (arrive) => wire.send('answers', () => sleep.whenAwake(arrive)),
    );
    ports.push(made.port1);
    life.onEnd(() => made.port1.close());
    return made as unknown as MessageChannel;
  };
  const live = (event: LifeEvent): void => {
    for (const run of [...(listeners.get(event) ?? [])]) run();
  };

  return {
    registration: registration as unknown as ServiceWorkerRegistration,
    container,
    ports,
    life,
    lastErrors: pageClock.lastErrors,
    live,
    setVisible(now) {
      isVisible = now;
      live('visibilitychange');
    },
    sleep() {
      live('pagehide');
      sleep.begin();
    },
    wake() {
      sleep.end();
      live('pageshow');
    },
    realm: {
      isPage: true,
      noWorker: support === 'working' ? undefined : support,
      baseUrl: () => `${ORIGIN}/`,
      clock: pageClock,
      newId,
      serviceWorker: support === 'working' ? (container as unknown as ServiceWorkerContainer) : undefined,
      // Web Locks are for secure pages only.
      locks: support === 'insecure' ? undefined : locks.of(life),
      ...(storage === undefined ? {} : { createPersistence: () => mortalStorage({ storage, life, diesAt: () => false }) }),
      openChannel: (channel) => channels.open(channel, life),
      ...(hasPorts ? { openPorts } : {}),
      isVisible: () => isVisible,
      isOnline: () => true,
      onLife(event, run, signal) {
        allowManyListeners(signal);
        const all = listeners.get(event) ?? new Set();
        listeners.set(event, all.add(run));
        signal.addEventListener('abort', () => all.delete(run));
      },
    },
  };
}

/** Node warns of many listeners on one signal; a browser has no such limit. */
function allowManyListeners(signal: AbortSignal): void {
  try {
    nodeModule('node:events')?.setMaxListeners(0, signal);
  } catch {
    // The signal of a simulated DOM, which does not warn.
  }
}
