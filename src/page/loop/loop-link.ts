import { toNudgeloopError } from '../../errors.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Hello, PokeResult, WorkerAnswers, WorkerMethod, WorkerRequest } from '../../protocol/api.ts';
import type { LoopEvent } from '../../protocol/events.ts';
import { leavesWork } from '../../protocol/leaves-work.ts';
import type { ClientState, NudgeloopEvents } from '../client-types.ts';
import { disposed, ofCall } from '../host-link.ts';
import { NO_NUDGES } from '../initial-state.ts';
import type { ParsedLoopOptions } from '../parse-options.ts';
import type { Session } from '../session/session-types.ts';
import type { Emitter } from './emitter.ts';
import { createGreeting } from './greeting.ts';
import { createLoopLife } from './loop-life.ts';
import { createLoopNudges, type LoopNudges } from './loop-nudges.ts';
import { createLoopStatus } from './loop-status.ts';
import { pollWhileVisible } from './poll-while-visible.ts';
import { createStandingGoal } from './standing-goal.ts';

/** How often the host is poked by default, in milliseconds. */
const DEFAULT_POLL_INTERVAL = 60_000;

/** One loop of the client: its greeting, its state, its nudges. */
export interface LoopLink {
  readonly name: string;
  readonly session: Session;
  readonly emitter: Emitter<NudgeloopEvents>;
  readonly nudges: Omit<LoopNudges, 'beginAnew'>;
  state(): ClientState;
  /** Makes sure that the host knows the loop and its settings. */
  open(): Promise<Hello>;
  /**
   * Does something once the loop is open, in the order of the requests. Every call goes this way, so none overtakes
   * another.
   *
   * @param refused runs instead if the loop can't be opened; by default rejects with the error
   */
  whenOpen<T>(work: (hello: Hello) => Promise<T>, refused?: (error: unknown) => Promise<T>): Promise<T>;
  /** Calls a method of the open loop. */
  send<Method extends WorkerMethod>(method: Method, request: Omit<WorkerRequest<Method>, 'loop'>): Promise<WorkerAnswers[Method]>;
  /** Does due work, and looks for news that no host announced. */
  poke(onlyPending: boolean): Promise<PokeResult>;
  /** Remembers the goal in case the database is lost. */
  noteGoal(goalState: GoalState): void;
  /** Greets again, to ask the host who it is. */
  renew(): void;
  /** Finds out whether the loop was erased. Settles when that is known, or can't be known. */
  learn(): Promise<void>;
  /** The life of the loop that a call is meant for, if it is known. */
  incarnation(): string | undefined;
  /** How many erasures of the loop this page knows of, in any tab. */
  heardErasures(): number;
}

/** Makes a loop's link. It connects when first needed. */
export function createLoopLink(name: string, options: ParsedLoopOptions, session: Session): LoopLink {
  const { realm, signal } = session;
  const { settings } = options;
  let isAway = false;
  /** The revision that was reported last. */
  let reportedRevision = 0;
  let pollInterval = settings.pollInterval ?? DEFAULT_POLL_INTERVAL;
  /** Has leftover work done soon; set once there are pokes. */
  let hurry: (() => void) | undefined;
  /** The largest that any host of this client had. */
  let outboxLimit = Math.max(1_000, settings.outboxLimit ?? 0);
  const status = createLoopStatus(name, options.goalState, session);
  const { emitter, state, patch } = status;

  const nudges = createLoopNudges(name, session, status, () => greeting.whenChecked(), () => outboxLimit);

  /** What the page has of the loop belongs to the next life. */
  const beginAnew = (isErased: boolean): void => {
    reportedRevision = 0;
    goal.forget(isErased);
    greeting.forget();
    nudges.beginAnew();
    patch({ unacknowledged: NO_NUDGES, goalState: goal.current() ?? null });
    nudges.catchUp();
  };

  const life = createLoopLife(() => {
    beginAnew(true);
    emitter.emit('erased', { loop: name });
  });

  const lost = (isErased: boolean): void => {
    life.forget(isErased);
    beginAnew(isErased);
    // Otherwise a tab that only listens would wait for nudges of a loop whose goal and settings went with the database.
    if (!isErased && session.isConnected()) greeting.renew();
  };

  const around = async (greet: () => Promise<Hello>, isLatest: () => boolean): Promise<Hello> => {
    if (state().phase !== 'ready') patch({ phase: 'connecting', error: null });
    try {
      const hello = await greet();
      pollInterval = hello.settings.pollInterval ?? DEFAULT_POLL_INTERVAL;
      outboxLimit = Math.max(outboxLimit, hello.settings.outboxLimit ?? 0);
      if (isLatest()) patch({ phase: 'ready', error: null });
      nudges.catchUp();
      hurry?.();
      hurry ??= startPolling();
      return hello;
    } catch (error) {
      const typed = toNudgeloopError(error);
      // On a server this is no failure: the browser connects later and hydrates the markup that shows this state.
      if (isLatest() && realm.isPage) patch({ phase: 'failed', error: typed.toData() });
      throw typed;
    }
  };

  const startPolling = (): (() => void) =>
    pollWhileVisible({
      realm,
      signal,
      interval: () => pollInterval,
      poke,
    });

  const poke = async (onlyPending: boolean): Promise<PokeResult> => {
    const { incarnation = life.name(), ...result } = await session.call('poke', { loop: name, onlyPending });
    // An erasure that nobody announced: the outbox is another one, and this page's place in it means nothing.
    if (incarnation !== life.name()) await greeting.learn(true);
    // Makes up for a failed reading of the outbox, since no hint may ever follow. Nor does one if the host that committed
    // was stopped before it told the pages: so a full look is taken now and then.
    if (onlyPending) nudges.follow();
    else nudges.refresh();
    return result;
  };

  const goal = createStandingGoal({ name, goalState: options.goalState, session, life });
  const greeting = createGreeting({ name, settings, goal, session, life, around });

  const open = (): Promise<Hello> => (signal.aborted ? Promise.reject(disposed()) : greeting.open());

  /**
   * Greets again if that failed: a page that only listens makes no call that would. Not at broadcasts: those of a newer tab
   * would make this one bring its older settings back, and what a refused greeting makes a host announce would have no end.
   */
  const recover = (): void => {
    if (state().phase === 'failed') open().catch(() => undefined);
  };

  const report = (revision: number): void => {
    reportedRevision = revision;
    emitter.emit('changed', { loop: name, revision });
  };

  /** Reports a change that happened while the page slept, such as a goal from another tab. */
  const reportChange = async (checking: ReturnType<typeof greeting.check>): Promise<void> => {
    let revision = await checking;
    if (revision === null) {
      // Try once more, in case the worker was slow. What still can't be read, such as a spoiled row, won't be readable
      // later either.
      await open();
      revision = await greeting.check();
    }
    if (typeof revision === 'number' && revision !== reportedRevision) report(revision);
  };

  const hear = (event: LoopEvent): void => {
    switch (event.type) {
      case 'loop.changed':
        // A lower revision is of another life of the loop. This tab missed the erasure in between, for instance because
        // the worker died.
        void greeting.learn(event.revision < reportedRevision);
        nudges.hint(event.outbox);
        return report(event.revision);
      case 'nudges.acknowledged':
        return nudges.acknowledged(event.seqs);
      case 'loop.erased':
        return life.end(event.incarnation);
    }
  };

  // An earlier build's worker names no life in its answer, and announces the erasure on the channel only.
  const ownErasure = (ended: string | undefined): void => (ended === undefined ? lost(true) : life.end(ended));

  session.join({ name, emit: emitter.emit, patch, lost, renew: greeting.renew, ownErasure, hear });
  realm.onLife('pagehide', () => void (isAway = true), signal);
  const onVisible = (): void => {
    if (!realm.isVisible() || isAway) return;
    recover();
    nudges.refresh();
  };
  const onBack = (): void => {
    recover();
    // While the page slept it heard nothing, not even that the outbox is another one.
    nudges.reset();
    // Nor that the loop was erased, with its settings. (Every page gets one `pageshow` without having been away.)
    if (isAway) reportChange(greeting.check()).catch(() => undefined);
    isAway = false;
    nudges.refresh();
  };
  realm.onLife('visibilitychange', onVisible, signal);
  realm.onLife('pageshow', onBack, signal);

  return {
    name,
    session,
    emitter,
    nudges,
    state,
    open,
    whenOpen: (work, refused) =>
      open().then(work, (error: unknown) => {
        const refusal = ofCall(error, false);
        if (refused === undefined) throw refusal;
        return refused(refusal);
      }),
    async send(method, request) {
      const value = await session.call(method, { ...request, loop: name } as WorkerRequest<typeof method>);
      // The host starts it by itself, but nobody there waits for what a full disk or a slow strategy left.
      if (leavesWork(method, value)) hurry?.();
      return value;
    },
    poke,
    noteGoal(goalState) {
      goal.note(goalState);
      patch({ goalState });
    },
    renew: greeting.renew,
    learn: () => greeting.learn(true),
    // After an erasure by this client: in whatever life there is then.
    incarnation: () => (session.epoch() === undefined ? undefined : life.name()),
    heardErasures: life.heardErasures,
  };
}
