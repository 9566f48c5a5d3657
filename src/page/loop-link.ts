import { isNudgeloopError, NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { GoalState } from '../model/goal.ts';
import type { Hello, WorkerAnswers, WorkerMethod, WorkerRequest } from '../protocol/api.ts';
import type { HostEvent } from '../protocol/events.ts';
import { leavesWork } from '../protocol/leaves-work.ts';
import type { ClientState, NudgeloopEvents } from './client-types.ts';
import { createDelivery, NUDGES_PER_READ, type Delivery } from './delivery.ts';
import { createEmitter, type Emitter } from './emitter.ts';
import { createGreeting } from './greeting.ts';
import { disposed } from './host-link.ts';
import { initialState, NO_NUDGES } from './initial-state.ts';
import { createLoopLife } from './loop-life.ts';
import type { ParsedLoopOptions } from './parse-options.ts';
import { pollWhileVisible } from './poll-while-visible.ts';
import type { Session } from './session-types.ts';
import { createShownNudges } from './shown-nudges.ts';

/** How often the host is poked, if the settings say nothing: milliseconds. */
const DEFAULT_POLL_INTERVAL = 60_000;

/** One loop of the client at work: its greeting, its state, its delivery. */
export interface LoopLink {
  readonly name: string;
  readonly session: Session;
  readonly emitter: Emitter<NudgeloopEvents>;
  readonly delivery: Delivery;
  state(): ClientState;
  /** Makes sure that the host knows the loop and its settings. */
  open(): Promise<Hello>;
  /**
   * Does something once the loop is open: in the order in which it is asked for, whatever it is. Every call goes this way, so that
   * none overtakes another.
   *
   * @param refused is done instead where the loop can't be opened; fails with the error by default
   */
  whenOpen<T>(work: (hello: Hello) => Promise<T>, refused?: (error: unknown) => Promise<T>): Promise<T>;
  /** Calls a method of the loop, which is open. */
  send<Method extends WorkerMethod>(method: Method, request: Omit<WorkerRequest<Method>, 'loop'>): Promise<WorkerAnswers[Method]>;
  /** Remembers the goal for the case that the database is lost. */
  noteGoal(goalState: GoalState): void;
  /** Greets anew: the host has to be asked who it is. */
  renew(): void;
  /** The life of the loop that a call is meant for, as far as it is known. */
  incarnation(): string | undefined;
  /** How many erasures of the loop this page knows of, in any tab. */
  heardErasures(): number;
}

/** Makes a loop's link. It connects when first needed. */
export function createLoopLink(name: string, options: ParsedLoopOptions, session: Session): LoopLink {
  const { realm, log, signal } = session;
  const { settings } = options;
  let isAway = false;
  /** Nudges are read then only: those of a new life would be told before the erasure, which hides what was told. */
  let checked: Promise<number | null | undefined> = Promise.resolve(undefined);
  /** The revision that was told last. */
  let told = 0;
  let pollInterval = settings.pollInterval ?? DEFAULT_POLL_INTERVAL;
  /** Has work that was left done soon, once there are pokes. */
  let hurry: (() => void) | undefined;
  /** The larger of what any host of this client had. */
  let outboxLimit = Math.max(1_000, settings.outboxLimit ?? 0);
  let state: ClientState = {
    ...initialState(name, options.goalState),
    ...(signal.aborted && { phase: 'disposed' }),
    epoch: session.epoch() ?? null,
  };

  const emitter = createEmitter<NudgeloopEvents>(session.listenerLimit, (event, error) => {
    // A log listener that throws must not be logged to itself.
    if (event !== 'log') log.error('listener.failed', { event, loop: name });
    realm.clock.schedule(0, () => {
      throw error;
    });
  });

  const patch = (facts: Partial<ClientState>): void => {
    const isNew = (Object.keys(facts) as (keyof ClientState)[]).some((key) => facts[key] !== state[key]);
    if (!isNew) return;
    state = { ...state, ...facts };
    // Each is told the newest: one before it may have made a call, which changed it.
    emitter.emit('status', () => state);
  };

  const delivery = createDelivery({
    remembered: () => outboxLimit,
    read: async (after) => {
      await checked;
      return session.call('nudges', { loop: name, after, limit: NUDGES_PER_READ });
    },
    isHeard: () => session.isConnected() && emitter.hears('nudge'),
    isKept: (id) => shown.has(id),
    deliver(nudge, isNew) {
      shown.add(nudge, isNew);
      if (isNew) emitter.emit('nudge', nudge);
    },
  });

  const shown = createShownNudges({
    read: async (after, limit) => {
      await checked;
      return session.isConnected() ? session.call('nudges', { loop: name, after, limit }) : undefined;
    },
    wasDelivered: delivery.has,
    show: (unacknowledged) => patch({ unacknowledged }),
    left: (seqs) => emitter.emit('acknowledged', { loop: name, seqs }),
  });

  const catchUp = (): void => {
    delivery.catchUp();
    shown.reconcile();
  };

  const lost = (isWanted: boolean): void => {
    life.forget(isWanted);
    greeting.forget(isWanted);
    shown.reset();
    patch({ unacknowledged: NO_NUDGES, goalState: greeting.goal() ?? null });
    delivery.reset();
    // A hint that came before was of places in the outbox that is gone.
    delivery.catchUp();
    // Else a tab that only listens would wait for nudges of a loop whose goal and settings went with the database.
    if (!isWanted && session.isConnected()) greeting.renew();
  };

  const life = createLoopLife(() => {
    lost(true);
    emitter.emit('erased', { loop: name });
  });

  const around = async (greet: () => Promise<Hello>, isLatest: () => boolean): Promise<Hello> => {
    if (state.phase !== 'ready') patch({ phase: 'connecting', error: null });
    try {
      const hello = await greet();
      pollInterval = hello.settings.pollInterval ?? DEFAULT_POLL_INTERVAL;
      outboxLimit = Math.max(outboxLimit, hello.settings.outboxLimit ?? 0);
      if (isLatest()) patch({ phase: 'ready', error: null });
      delivery.catchUp();
      if (hurry === undefined) hurry = startPolling();
      else hurry();
      return hello;
    } catch (error) {
      const typed = toNudgeloopError(error);
      // On a server nothing failed: the browser connects, and takes over the markup that shows this state.
      if (!signal.aborted && isLatest() && realm.isPage) patch({ phase: 'failed', error: typed.toData() });
      throw typed;
    }
  };

  const startPolling = (): (() => void) =>
    pollWhileVisible({
      realm,
      signal,
      interval: () => pollInterval,
      async poke(onlyPending) {
        const result = await session.call('poke', { loop: name, onlyPending });
        // A reading of the outbox that failed is made up for: nothing may ever be told again. Nor by a page that was closed between its commit and
        // its telling: so all is looked at now and then.
        if (onlyPending) delivery.follow();
        else catchUp();
        return result;
      },
    });

  const greeting = createGreeting({
    name,
    settings,
    goalState: options.goalState,
    session,
    life,
    around,
  });

  const open = (): Promise<Hello> => (signal.aborted ? Promise.reject(disposed()) : greeting.open());

  /** What changed while the page slept, such as a goal that another tab set, was told to nobody here. */
  const tellOfChange = async (checking: typeof checked): Promise<void> => {
    let revision = await checking;
    if (revision === null) {
      // Once more, for a worker that was slow. What can't be read then, such as a spoiled row, can't be read the next time either.
      await open();
      revision = await greeting.check();
    }
    if (typeof revision !== 'number' || revision === told) return;
    told = revision;
    emitter.emit('changed', { loop: name, revision });
  };

  const heard = (event: HostEvent): void => {
    switch (event.type) {
      case 'loop.changed':
        // A lower one is of another life of the loop: of the erasure between them this tab was not told, as by a worker that died then.
        greeting.learn(event.revision < told);
        told = event.revision;
        delivery.hint(event.outbox);
        return emitter.emit('changed', { loop: name, revision: event.revision });
      case 'nudges.acknowledged': {
        const { seqs } = event;
        shown.hide(seqs);
        return emitter.emit('acknowledged', { loop: name, seqs });
      }
      case 'loop.erased':
        return life.end(event.incarnation);
    }
  };

  // A worker of before names no life in its answer, and tells of the erasure on the channel alone.
  const erased = (ended: string | undefined): void => (ended === undefined ? lost(true) : life.end(ended));

  session.join({ name, tell: emitter.emit, patch, lost, renew: greeting.renew, erased, heard });
  realm.onLife('pagehide', () => void (isAway = true), signal);
  realm.onLife('visibilitychange', () => realm.isVisible() && !isAway && catchUp(), signal);
  realm.onLife(
    'pageshow',
    () => {
      // Whatever was told while the page slept was not heard, not even that the outbox is another one.
      delivery.reset();
      // Nor that the loop was erased, with its settings. Every page is shown once without having been away.
      if (isAway) tellOfChange((checked = greeting.check())).catch(() => undefined);
      isAway = false;
      catchUp();
    },
    signal,
  );
  signal.addEventListener('abort', () => {
    patch({ phase: 'disposed', error: null });
    emitter.clear();
  });

  return {
    name,
    session,
    emitter,
    delivery,
    state: () => state,
    open,
    whenOpen: (work, refused = thrown) => open().then(work, (error: unknown) => refused(unsent(error))),
    async send(method, request) {
      const value = await session.call(method, { ...request, loop: name } as WorkerRequest<typeof method>);
      // The host sets about it by itself, but what a full disk or a strategy that ran too long left is waited for by nobody there.
      if (leavesWork(method, value)) hurry?.();
      return value;
    },
    noteGoal(goalState) {
      greeting.noteGoal(goalState);
      patch({ goalState });
    },
    renew: greeting.renew,
    // Behind an erasure of this client, in whatever life there is then.
    incarnation: () => (session.epoch() === undefined ? undefined : life.name()),
    heardErasures: life.heardErasures,
  };
}

/** The error of a greeting, as a call has it that waited for that: it was not sent itself. */
function unsent(error: unknown): unknown {
  if (!isNudgeloopError(error) || error.details?.['sent'] !== true) return error;
  return new NudgeloopError(error.code, 'The call was not sent: the greeting before it got no answer.', { ...error.details, sent: false }, { cause: error });
}

async function thrown(error: unknown): Promise<never> {
  throw error;
}
