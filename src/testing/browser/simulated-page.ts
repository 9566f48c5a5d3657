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

/** How far a page supports service workers: fully, not in this browser, or not without HTTPS. */
export type WorkerSupport = 'working' | 'unsupported' | 'insecure';

/** The surroundings of a page. */
export interface SimulatedPageOptions {
  readonly clock: SimulatedClock;
  readonly wire: Wire;
  readonly worker: SimulatedWorker;
  readonly channels: SimulatedChannels;
  readonly locks: SimulatedLocks;
  /** Tells windows apart. */
  readonly name: string;
  readonly newId: IdSource;
  /** Without ports, each of its messages wakes the worker. */
  readonly hasPorts: boolean;
  readonly support: WorkerSupport;
  /** Whether its tab is shown. */
  readonly isVisible: boolean;
  readonly storage: GoalFeedbackPersistence | undefined;
}

/** Events of a page's own life. */
export type LifeEvent = 'pagehide' | 'pageshow' | 'visibilitychange';

/** A page with one client. */
export interface SimulatedPage {
  readonly realm: PageRealm;
  /** What `createNudgeloop` takes as `serviceWorker`. */
  readonly registration: ServiceWorkerRegistration;
  /** Where the worker's answers arrive. */
  readonly container: EventTarget;
  /** The page's ends of the ports that it made. */
  readonly ports: readonly SimulatedPort[];
  readonly life: Life;
  /** Errors that listeners threw and nobody was told, once the life is over. */
  lastErrors(): unknown[];
  /** Fires an event of the page's life: a click, a tab switch or the back button causes them. */
  live(event: LifeEvent): void;
  setVisible(now: boolean): void;
  /** Leaves the page so that the user may go back: its timers and messages to it wait until `wake()`. */
  sleep(): void;
  wake(): void;
}

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
  const registration = Object.assign(new EventTarget(), { active: openWorker(), installing: null, waiting: null, scope: `${ORIGIN}/nudgeloop/`, update: async () => undefined });
  worker.onReplaced(life, () => {
    registration.active.state = 'redundant';
    registration.active = openWorker();
  });
  const container = Object.assign(new EventTarget(), { startMessages: () => undefined, getRegistration: async () => registration });
  const answer = (data: unknown): void => {
    const reply: unknown = clone(data);
    const arrive = () => void (life.isOver() || container.dispatchEvent(new MessageEvent('message', { data: reply })));
    wire.send('answers', () => sleep.whenAwake(arrive));
  };
  const client = new SimulatedClient(name, answer, () => !life.isOver());
  const openPorts = () => {
    const made = createSimulatedPorts(
      (arrive) => wire.send('port', arrive),
      // Also to a page that sleeps: it closes its ports when it is left.
      (arrive) => wire.send('answers', arrive),
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
      // Web Locks exist on secure pages only.
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
