import { setMaxListeners } from 'node:events';
import { createSequentialIds, createSimulatedClock, type SimulatedClock } from 'nudgeloop/core';
import type { ClientOptions } from '../../../src/page/client-options.ts';
import type { PageRealm } from '../../../src/page/page-realm.ts';
import type { TaggedEvent, WorkerEvents, WorkerRealm } from '../../../sw/worker-realm.ts';
import { startInRealm, type NudgeloopWorker } from '../../../sw/start-worker.ts';
import type { WorkerOptions } from '../../../sw/worker-options.ts';
import { createFakePorts, type FakePort } from './fake-port.ts';

const ORIGIN = 'https://app.example';

type Channel = NonNullable<ReturnType<PageRealm['openChannel']>>;

type Handler = (event: never) => void;

/** A browser in small: one origin, one service worker that can be stopped, pages, channels and a clock of our own. */
export function createFakeBrowser(workerOptions: WorkerOptions = {}) {
  const clock = createSimulatedClock(1_750_000_000_000);
  const channels = new Set<FakeChannel>();
  const network = { isLosing: false, sent: 0, held: undefined as (() => void)[] | undefined };
  const syncTags: string[] = [];
  let worker: { readonly handlers: Map<string, Set<Handler>>; readonly side: NudgeloopWorker } | undefined;
  let starts = 0;

  const openChannel = (name: string): Channel => new FakeChannel(name, channels);

  const start = (): Map<string, Set<Handler>> => {
    if (worker !== undefined) return worker.handlers;
    starts += 1;
    const handlers = new Map<string, Set<Handler>>();
    const realm: WorkerRealm = {
      clock,
      newId: createSequentialIds(`worker-${starts}`),
      origin: ORIGIN,
      locks: undefined,
      sync: { register: async (tag) => void syncTags.push(tag) },
      periodicSync: undefined,
      openChannel,
      isClient: (source): source is FakeClient => source instanceof FakeClient,
      notifications: async () => [],
      on(name, run) {
        handlers.set(name, (handlers.get(name) ?? new Set()).add(run));
        return () => void handlers.get(name)?.delete(run);
      },
    };
    worker = { handlers, side: startInRealm(workerOptions, realm) };
    return handlers;
  };

  /** Dispatches to the worker, starting it if it was stopped, as the browser does for messages and syncs. */
  const dispatch = (name: keyof WorkerEvents, event: object): Promise<unknown> => {
    const holds: Promise<unknown>[] = [];
    for (const run of start().get(name) ?? []) run({ waitUntil: (hold: Promise<unknown>) => holds.push(hold), ...event } as never);
    return Promise.all(holds);
  };

  return {
    clock,
    network,
    syncTags,
    starts: () => starts,
    dispatch,
    /** Stops the worker, as the browser does at any time: nobody is told, and what it was doing is lost. */
    async stopWorker() {
      const stopped = worker;
      worker = undefined;
      await stopped?.side.stop();
    },
    /** Opens a page, with ports if it is to have them: without, each of its messages is one that wakes. */
    openPage: ({ hasPorts = false } = {}) =>
      createFakePage({ clock, openChannel, network, hasPorts, dispatch: (event) => void dispatch('message', event).catch(() => undefined) }),
    sync: (tag: string, lastChance = false) => dispatch('sync', { tag, lastChance } satisfies Partial<TaggedEvent>),
  };
}

interface PageWorld {
  readonly clock: SimulatedClock;
  readonly openChannel: (name: string) => Channel;
  readonly network: { isLosing: boolean; sent: number; held: (() => void)[] | undefined };
  readonly hasPorts: boolean;
  readonly dispatch: (event: object) => void;
}

let pages = 0;

function createFakePage({ clock, openChannel, network, hasPorts, dispatch }: PageWorld) {
  pages += 1;
  const container = Object.assign(new EventTarget(), { startMessages: () => undefined, getRegistration: async () => undefined });
  const life = new EventTarget();
  let isVisible = true;

  const ports: FakePort[] = [];
  const client = new FakeClient(`window-${pages}`, (data) => {
    const reply = structuredClone(data);
    queueMicrotask(() => container.dispatchEvent(new MessageEvent('message', { data: reply })));
  });
  const createWorker = () => ({
    state: 'activated',
    postMessage(data: unknown, transferred: readonly unknown[] = []) {
      const sent = structuredClone(data);
      network.sent += 1;
      if (network.isLosing) return;
      const arrive = (): void => queueMicrotask(() => dispatch({ data: sent, origin: ORIGIN, source: client, ports: transferred }));
      if (network.held === undefined) arrive();
      else network.held.push(arrive);
    },
  });
  const registration = Object.assign(new EventTarget(), {
    active: createWorker(),
    installing: null,
    waiting: null,
    scope: `${ORIGIN}/nudgeloop/`,
  });

  const realm: PageRealm = {
    isPage: true,
    isSecure: true,
    clock,
    newId: createSequentialIds(`page-${pages}-id`),
    serviceWorker: container as never,
    locks: undefined,
    openChannel,
    ...(hasPorts && {
      openPorts() {
        const made = createFakePorts();
        ports.push(made.port1);
        return made as never;
      },
    }),
    isVisible: () => isVisible,
    isOnline: () => true,
    onLife(event, run, signal) {
      // Node warns of many listeners on one signal; a browser has no such limit.
      setMaxListeners(0, signal);
      life.addEventListener(event, run, { signal });
    },
  };
  return {
    realm,
    registration: registration as unknown as NonNullable<ClientOptions['serviceWorker']>,
    container,
    /** Its ends of the ports that it made. */
    ports,
    /** Puts another worker in the place of the active one, whose object swallows messages from now on. */
    replaceWorker() {
      registration.active.state = 'redundant';
      registration.active.postMessage = () => undefined;
      registration.active = createWorker();
    },
    /** What a click, a tab switch or the back button does. */
    live: (event: 'pagehide' | 'pageshow' | 'visibilitychange') => void life.dispatchEvent(new Event(event)),
    setVisible(now: boolean) {
      isVisible = now;
      life.dispatchEvent(new Event('visibilitychange'));
    },
  };
}

class FakeClient {
  constructor(
    readonly id: string,
    readonly postMessage: (data: unknown) => void,
  ) {}
}

class FakeChannel extends EventTarget {
  constructor(
    readonly name: string,
    readonly all: Set<FakeChannel>,
  ) {
    super();
    all.add(this);
  }
  postMessage(data: unknown): void {
    const message = structuredClone(data);
    for (const other of this.all) {
      if (other === this || other.name !== this.name) continue;
      queueMicrotask(() => this.all.has(other) && other.dispatchEvent(new MessageEvent('message', { data: message })));
    }
  }
  close(): void {
    this.all.delete(this);
  }
}

/** Lets everything that needs no time happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
