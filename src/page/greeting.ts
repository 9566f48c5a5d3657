import { isNudgeloopError } from '../errors.ts';
import type { GoalState } from '../model/goal.ts';
import type { LoopSettings } from '../model/settings.ts';
import type { Hello } from '../protocol/api.ts';
import { PROTOCOL_RANGE } from '../protocol/version.ts';
import type { Session } from './session.ts';

/** After what time what a full disk refused is tried again, with the next call: milliseconds. */
const RETRY_MS = 10_000;

/** What the host has to know of a loop before anything is asked of it, and what it said. */
export interface Greeting {
  /** The answer to the greeting; greets if that has to be done first. */
  open(): Promise<Hello>;
  /** Greets anew. */
  renew(): void;
  /**
   * What the host knew of the loop is gone.
   *
   * @param isWanted the app erased it, so that no goal is put back
   */
  forget(isWanted: boolean): void;
  /** The page slept: whether the loop was erased meanwhile is asked before anything else. */
  check(): void;
  /** Something is stored of the loop: learns which life of it that is, if it had none yet. */
  learn(): void;
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
  /** Goes around each greeting, and tells its caller's side of it. */
  readonly around: (greet: () => Promise<Hello>) => Promise<Hello>;
  /** Told when the loop that this page knew was erased while it slept. Calls `forget`. */
  readonly erased: () => void;
}

/** Makes a loop's greeting. Nothing is said before the first `open`. */
export function createGreeting({ name, settings, goalState, session, around, erased }: GreetingOptions): Greeting {
  const { realm, log } = session;
  let goal = goalState;
  // The goal is set at the first greeting and in a new database only: else every tab would insist on its own.
  let isGoalDue = goal !== undefined;
  let opened: Promise<Hello> | undefined;
  let retryAt = Infinity;
  /** The life of the loop that the host knows; empty while nothing of it is stored. */
  let life: string | undefined;
  let isAsking = false;
  // Numbers of its own, though the calls that wait for the greeting took theirs before: later ones among theirs would settle those.
  let goalCalls: { readonly client: string; seq: number } | undefined;

  /** Numbered: a copy of it that comes late must not undo another tab's goal. */
  const setGoal = async (wanted: GoalState): Promise<void> => {
    goalCalls ??= { client: realm.newId(), seq: -1 };
    goalCalls.seq += 1;
    try {
      await session.call('setGoalState', { loop: name, goalState: wanted, call: { ...goalCalls } });
      isGoalDue = false;
    } catch (error) {
      // A disk that is full must keep the page neither from reading nor from what makes room.
      if (!isNudgeloopError(error) || !error.code.startsWith('storage.')) throw error;
      log.warn('storage.degraded', { reason: 'goal not stored', code: error.code });
    }
  };

  const noteLife = (next: string | undefined): void => {
    // A worker of before names none.
    const isAnother = next !== undefined && life !== undefined && life !== '' && next !== life;
    if (isAnother) erased();
    life = next;
  };

  const greet = (): Promise<Hello> => {
    const greeting = around(async () => {
      const hello = await session.greet({ protocol: PROTOCOL_RANGE, loop: name, settings, epoch: session.epoch() });
      const isCurrent = opened === greeting;
      noteLife(hello.incarnation);
      // What was erased before this greeting does not concern it.
      if (isCurrent) opened = greeting;
      if (isGoalDue && goal !== undefined) await setGoal(goal);
      retryAt = isGoalDue || hello.unstored === true ? realm.clock.now() + RETRY_MS : Infinity;
      return hello;
    });
    opened = greeting;
    retryAt = Infinity;
    greeting.catch(() => {
      if (opened === greeting) opened = undefined;
    });
    return greeting;
  };

  const open = (): Promise<Hello> => (opened === undefined || realm.clock.now() >= retryAt ? greet() : opened);

  /** Reads only: another hello would bring back the settings of this page, which may be an old one. */
  const askLife = async (): Promise<void> => {
    if (isAsking || !session.isConnected()) return;
    isAsking = true;
    try {
      noteLife((await session.call('inspect', { loop: name })).host.incarnation);
    } catch {
      // No answer, or none that tells: the next greeting does.
    } finally {
      isAsking = false;
    }
  };

  return {
    open,
    renew: () => void greet().catch(() => undefined),
    forget(isWanted) {
      opened = undefined;
      retryAt = Infinity;
      life = undefined;
      isGoalDue = !isWanted && goal !== undefined;
      if (isWanted) goal = undefined;
    },
    check() {
      const known = opened;
      if (known === undefined) return;
      const asked: Promise<Hello> = askLife().then(() => (opened === asked ? known : open()));
      asked.catch(() => undefined);
      opened = asked;
    },
    learn: () => void (life === '' && askLife()),
    noteGoal(wanted) {
      goal = wanted;
      isGoalDue = false;
    },
    goal: () => goal,
  };
}
