import type { Clock, IdSource } from '../src/clock.ts';
import { NudgeloopError } from '../src/errors.ts';
import type { IndexedDbPersistenceOptions } from '../src/storage/indexeddb/indexeddb-persistence.ts';
import type { GoalFeedbackPersistence } from '../src/storage/persistence.ts';
import { systemClock } from '../src/system.ts';

/** An event of Background Sync or Periodic Background Sync, which TypeScript's library does not have. */
export interface TaggedEvent extends ExtendableEvent {
  readonly tag: string;
  /** True if the browser will not try again. */
  readonly lastChance?: boolean;
}

/** The tags of a registration; absent outside Chromium. */
interface Tags {
  /** Those for which the browser has not fired a sync yet, whoever asked. */
  getTags(): Promise<string[]>;
  register(tag: string): Promise<void>;
}

/** The tags of periodic syncs; absent outside Chromium. */
interface PeriodicTags {
  getTags(): Promise<string[]>;
  unregister(tag: string): Promise<void>;
}

/** What the worker uses of a broadcast channel: it sends, and never listens. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'>;

/** What the worker uses of the browser, in one place, so a test can provide another. */
export interface WorkerRealm {
  readonly clock: Clock;
  readonly newId: IdSource;
  readonly origin: string;
  readonly locks: LockManager | undefined;
  readonly sync: Tags | undefined;
  readonly periodicSync: PeriodicTags | undefined;
  /** Where the loops are stored. @default IndexedDB */
  readonly createPersistence?: (options: IndexedDbPersistenceOptions) => GoalFeedbackPersistence;
  /** Opens a channel, or returns undefined if the browser has none. */
  readonly openChannel: (name: string) => Channel | undefined;
  /** Tells a window or worker that can be answered from anything else. */
  readonly isClient: (source: unknown) => source is Client;
  /** Tells whether a client, by its id, still exists: not if it was closed, or left for another page. */
  readonly isThere: (id: string) => Promise<boolean>;
  readonly notifications: () => Promise<readonly Notification[]>;
  /** Listens to an event of the worker; the returned function ends that. */
  readonly on: <Name extends keyof WorkerEvents>(name: Name, run: (event: WorkerEvents[Name]) => void) => () => void;
}

/** The events that the worker listens to: no others, and above all not `fetch`. */
export interface WorkerEvents {
  readonly message: ExtendableMessageEvent;
  readonly messageerror: MessageEvent;
  readonly activate: ExtendableEvent;
  readonly sync: TaggedEvent;
  readonly periodicsync: TaggedEvent;
}

/**
 * Reads the worker's globals. Touches nothing before it is called.
 *
 * @throws NudgeloopError `worker.unavailable` outside a service worker, or in one without an origin
 */
export function createWorkerRealm(): WorkerRealm {
  if (typeof ServiceWorkerGlobalScope === 'undefined') {
    const text = 'startWorker() works in service workers only: call it at the top level of the script. In a page, call createNudgeloop().';
    throw new NudgeloopError('worker.unavailable', text, { reason: 'no-worker' });
  }
  const scope = globalThis as unknown as ServiceWorkerGlobalScope;
  // A script that throws is not registered, and at an update the worker of before stays. The browser keeps a registered
  // script's policy until its bytes change, whatever the server says in the meantime.
  if (scope.origin === 'null') {
    const text = "The Content-Security-Policy of the worker's script says sandbox: add allow-same-origin, or leave it out.";
    throw new NudgeloopError('worker.unavailable', text, { reason: 'sandboxed' });
  }
  const { registration } = scope;
  const extras = registration as unknown as { readonly sync?: Tags; readonly periodicSync?: PeriodicTags };
  return {
    clock: systemClock,
    // Only a secure context has it. A service worker always runs in one; a page may not.
    newId: () => crypto.randomUUID(),
    origin: scope.location.origin,
    locks: scope.navigator.locks,
    sync: extras.sync,
    periodicSync: extras.periodicSync,
    openChannel: (name) => (typeof BroadcastChannel === 'undefined' ? undefined : politeChannel(new BroadcastChannel(name))),
    isClient: (source): source is Client => source instanceof Client,
    isThere: async (id) => (await scope.clients.get(id)) !== undefined,
    // Async, since some browsers lack the method: then this rejects instead of throwing.
    notifications: async () => registration.getNotifications(),
    on(name, run) {
      scope.addEventListener(name, run as EventListener);
      return () => scope.removeEventListener(name, run as EventListener);
    },
  };
}

/**
 * A channel that lets answers go first: a broadcast is only a hint, takes as long to send as an answer, and follows the
 * same commit.
 */
function politeChannel(channel: BroadcastChannel): Channel {
  let isClosed = false;
  return {
    postMessage(message) {
      systemClock.schedule(0, () => {
        if (!isClosed) channel.postMessage(message);
      });
    },
    close() {
      isClosed = true;
      channel.close();
    },
  };
}
