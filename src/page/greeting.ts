import { isNudgeloopError } from '../errors.ts';
import type { GoalState } from '../model/goal.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { Hello } from '../protocol/api.ts';
import { PROTOCOL_RANGE } from '../protocol/version.ts';
import type { LoopLife } from './loop-life.ts';
import type { Session } from './session-types.ts';

/** After what time what a full disk refused is tried again, with the next call: milliseconds. */
const RETRY_MS = 10_000;

/** What the host has to know of a loop before anything is asked of it, and what it said. */
export interface Greeting {
  /** The answer to the greeting; greets if that has to be done first. */
  open(): Promise<Hello>;
  /** Greets anew; once for all that find at the same time that it is needed. */
  renew(): void;
  /**
   * What the host knew of the loop is gone.
   *
   * @param isWanted the app erased it, so that no goal is put back
   */
  forget(isWanted: boolean): void;
  /**
   * The page slept: asks whether the loop was erased meanwhile, before anything else is asked. Settles when that is known, or can't be.
   *
   * @returns which revision the loop has, if it is the one of before; null when that can't be known
   */
  check(): Promise<number | null | undefined>;
  /**
   * Something is stored of the loop: learns which life of it that is, if it had none yet.
   *
   * @param mayBeOther there are signs that it is another one than was known
   */
  learn(mayBeOther: boolean): void;
  /** The goal that the app has set, to be put back if the database is lost. */
  noteGoal(goalState: GoalState): void;
  goal(): GoalState | undefined;
}

/** Options of `createGreeting`. */
export interface GreetingOptions {
  readonly name: string;
  readonly settings: LoopSettings;
  readonly goalState: GoalState | undefined;
  readonly session: Session;
  /** Is told what answers say of it, so that the app hears of an erasure during which the page slept. */
  readonly life: LoopLife;
  /** Goes around each greeting, and tells its caller's side of it, as long as no later one was begun. */
  readonly around: (greet: () => Promise<Hello>, isLatest: () => boolean) => Promise<Hello>;
}

/** What is stored of a loop, in a form that can be compared. */
interface Stored {
  readonly settings: string;
  readonly goal: string;
}

/** A look that calls wait for: all behind one promise, so that none overtakes another. */
interface Gate {
  readonly asked: Promise<unknown>;
  held: Promise<Hello> | undefined;
}

/** Makes a loop's greeting. Nothing is said before the first `open`. */
export function createGreeting({ name, settings, goalState, session, life, around }: GreetingOptions): Greeting {
  const { realm, log } = session;
  let goal = goalState;
  // The goal is set at the first greeting and in a new database only: else every tab would insist on its own.
  let due: 'no' | 'at first' | 'again' = goal === undefined ? 'no' : 'at first';
  /** The last greeting, unless it failed or what it said is void. */
  let opened: Promise<Hello> | undefined;
  let greetings = 0;
  let renewal: Promise<unknown> | undefined;
  /** Holds calls back until it is known whether the loop is the same still. */
  let checking: Gate | undefined;
  /** What is stored in place of what was refused, as far as it is known, and when that is tried again. */
  let refused: { readonly stored: Stored | undefined; readonly at: number } | undefined;
  let retrying: Promise<Hello> | undefined;
  let isLearning = false;
  // Numbers of its own, since it is sent beside other calls of the client: a later one among theirs would settle those.
  let goalCalls: { readonly client: string; seq: number } | undefined;

  /** Numbered: a copy of it that comes late must not undo another tab's goal, nor set one in a loop that was erased. */
  const setGoal = async (wanted: GoalState): Promise<void> => {
    goalCalls ??= { client: realm.newId(), seq: -1 };
    goalCalls.seq += 1;
    try {
      await session.call('setGoalState', { loop: name, goalState: wanted, call: { ...goalCalls, incarnation: life.name(), epoch: session.epoch() } });
      due = 'no';
    } catch (error) {
      // The loop was erased meanwhile, as the page will hear, or its database lost.
      if (isNudgeloopError(error, 'epoch.reset')) return;
      // A disk that is full must keep the page neither from reading nor from what makes room; a strategy, not from setting another.
      const isStrategy = isNudgeloopError(error, 'strategy.failed');
      if (!isStrategy && !(isNudgeloopError(error) && error.code.startsWith('storage.'))) throw error;
      log.warn(isStrategy ? 'strategy.failed' : 'storage.degraded', { reason: 'goal not stored', code: error.code });
    }
  };

  /** Reads only: another hello would bring back the settings of this page, which may be an old one. */
  const look = async (): Promise<{ readonly stored: Stored; readonly revision: number; readonly goalState: GoalState | null }> => {
    const before = life.heardErasures();
    const { host, inspection } = await session.call('inspect', { loop: name });
    // The database may have been lost since this was read: the answer is already of the next one then.
    if (host.epoch === session.epoch()) life.note(host.incarnation, before);
    const { settings: found, goalState: stored, revision } = inspection;
    return { stored: { settings: JSON.stringify(found), goal: JSON.stringify(stored) }, revision, goalState: stored };
  };

  const greet = (): Promise<Hello> => {
    const mine = (greetings += 1);
    const isLatest = (): boolean => mine === greetings;
    const say = async (): Promise<Hello> => {
      const before = life.heardErasures();
      const hello = await session.greet({ protocol: PROTOCOL_RANGE, loop: name, settings });
      const isCurrent = opened === greeting;
      life.note(hello.incarnation, before);
      // What was erased before this greeting does not concern it.
      if (isCurrent) opened = greeting;
      // Into a database that was begun anew the first page that notices puts its goal; or somebody has set one there since.
      const there = due === 'again' ? (await look().catch(() => ({ goalState: undefined }))).goalState : null;
      if (there !== null && there !== undefined) due = 'no';
      else if (due !== 'no' && there === null && goal !== undefined) await setGoal(goal);
      const isRefused = due !== 'no' || hello.unstored === true;
      const found = isRefused ? await look().catch(() => undefined) : undefined;
      if (isLatest()) refused = isRefused ? { stored: found?.stored, at: realm.clock.now() + RETRY_MS } : undefined;
      return hello;
    };
    const failed = (error: unknown): never => {
      // Before it is told: who hears of it may call at once, which tries again.
      if (opened === greeting) opened = undefined;
      checking = undefined;
      throw error;
    };
    const greeting = around(() => say().catch(failed), isLatest);
    return (opened = greeting);
  };

  /** Greets anew, unless somebody else has stored other settings meanwhile: those are the newer ones, and so is another goal. */
  const retry = async (known: Promise<Hello>, before: Stored | undefined): Promise<Hello> => {
    const stored = await look().then((found) => found.stored, () => undefined);
    if (opened !== known) return opened ?? greet();
    if (before === undefined || stored === undefined) refused = { stored: before ?? stored, at: realm.clock.now() + RETRY_MS };
    else {
      refused = undefined;
      if (stored.goal !== before.goal || stored.settings !== before.settings) due = 'no';
      if (stored.settings === before.settings) return greet();
    }
    return known;
  };

  const now = (): Promise<Hello> => {
    if (opened === undefined) return greet();
    if (retrying === undefined) {
      const wait = refused === undefined ? Infinity : refused.at - realm.clock.now();
      // A longer one than there ever is: the clock was set back.
      if (refused === undefined || (wait > 0 && wait <= RETRY_MS)) return opened;
      retrying = retry(opened, refused.stored).finally(() => (retrying = undefined));
    }
    // One for all: a call that did not wait for it would overtake the one that began it.
    return retrying;
  };

  /** The greeting that was asked for last, and the turn of those who did. */
  let asked: Promise<Hello> | undefined;
  let turn: Promise<Hello>;

  return {
    open() {
      const mine = checking === undefined ? now() : (checking.held ??= checking.asked.then(now));
      if (mine === asked) return turn;
      mine.catch(() => undefined);
      // Behind those who wait for an earlier one, which may still have no answer when this one has: else they would be overtaken.
      turn = asked === undefined ? mine : turn.then(() => mine, () => mine);
      asked = mine;
      return turn;
    },
    renew() {
      renewal ??= greet()
        .catch(() => undefined)
        .finally(() => (renewal = undefined));
    },
    forget(isWanted) {
      opened = refused = undefined;
      if (isWanted) goal = undefined;
      due = goal === undefined ? 'no' : 'again';
    },
    check() {
      const known = opened;
      if (known === undefined) return Promise.resolve(undefined);
      const before = life.heardErasures();
      const asked = look().then(
        ({ revision }) => (before === life.heardErasures() ? revision : undefined),
        () => {
          // Not known: then it is greeted, so that at least nothing is done under the settings of a new life.
          if (opened === known) opened = undefined;
          return null;
        },
      );
      const gate: Gate = { asked, held: undefined };
      checking = gate;
      const leave = (): void => {
        if (checking === gate) checking = undefined;
      };
      // Not before those that wait here: who is told of a change and calls at once would overtake them.
      void asked.then(() => (gate.held === undefined ? leave() : gate.held.then(leave, leave)));
      return asked;
    },
    learn(mayBeOther) {
      if ((life.name() !== '' && !mayBeOther) || isLearning || !session.isConnected()) return;
      isLearning = true;
      look()
        .catch(() => undefined)
        .finally(() => (isLearning = false));
    },
    noteGoal(wanted) {
      goal = wanted;
      due = 'no';
    },
    goal: () => goal,
  };
}
