import { isNudgeloopError } from '../../errors.ts';
import type { GoalState } from '../../model/goal.ts';
import type { Session } from '../session/session-types.ts';
import type { LoopLife } from './loop-life.ts';

/** The goal that the app set in this page, and whether it must still be stored. */
export interface StandingGoal {
  current(): GoalState | undefined;
  /** True until the goal of this page is stored, or gave way to another one. */
  isDue(): boolean;
  /**
   * Stores the goal if it is due. A refusal that another greeting may not meet is logged, and the goal stays due.
   *
   * @param read reads the goal that is stored, or null; undefined if it can't be read
   */
  store(read: () => Promise<GoalState | null | undefined>): Promise<void>;
  /** Another tab set a goal since: this one is no longer insisted on. */
  giveWay(): void;
  /** The app set another goal, and it is stored. */
  note(wanted: GoalState): void;
  /**
   * The host no longer knows the loop.
   *
   * @param isErased the app erased it, so the goal is not set again
   */
  forget(isErased: boolean): void;
}

/** Options of `createStandingGoal`. */
export interface StandingGoalOptions {
  readonly name: string;
  /** The goal in the app's options. */
  readonly goalState: GoalState | undefined;
  readonly session: Session;
  readonly life: LoopLife;
}

/** Makes the record of a loop's goal. */
export function createStandingGoal({ name, goalState, session, life }: StandingGoalOptions): StandingGoal {
  let goal = goalState;
  // The goal is set at the first greeting, and again in a new database only: otherwise every tab would insist on its own.
  let due: 'no' | 'at first' | 'again' = goal === undefined ? 'no' : 'at first';
  // A client id of its own, since it is sent besides the client's calls: with a number among theirs, a later one would
  // settle them.
  let identity: { readonly client: string; readonly seq: number } | undefined;

  /**
   * Under one number in each life of the loop, however many greetings try: neither a late copy nor a later greeting
   * undoes another tab's goal, nor sets one in an erased loop.
   */
  const send = async (wanted: GoalState): Promise<void> => {
    identity ??= { client: session.realm.newId(), seq: 0 };
    try {
      await session.call('setGoalState', { loop: name, goalState: wanted, call: { ...identity, incarnation: life.name(), epoch: session.epoch() } });
      due = 'no';
    } catch (error) {
      // The loop was erased in the meantime, as the page will hear, or its database was lost.
      if (isNudgeloopError(error, 'epoch.reset')) return;
      // A full disk must not keep the page from reading or from freeing space; a failing strategy must not keep it from
      // setting another.
      const isStrategy = isNudgeloopError(error, 'strategy.failed');
      if (!isStrategy && !(isNudgeloopError(error) && error.code.startsWith('storage.'))) throw error;
      session.log.warn(isStrategy ? 'strategy.failed' : 'storage.degraded', { reason: 'goal not stored', code: error.code });
    }
  };

  return {
    current: () => goal,
    isDue: () => due !== 'no',
    async store(read) {
      // In a new database, the first page that notices sets its goal, unless somebody has set one there since.
      const there = due === 'again' ? await read() : null;
      if (there !== null && there !== undefined) due = 'no';
      else if (due !== 'no' && there === null && goal !== undefined) await send(goal);
    },
    giveWay() {
      due = 'no';
    },
    note(wanted) {
      goal = wanted;
      due = 'no';
    },
    forget(isErased) {
      identity = undefined;
      if (isErased) goal = undefined;
      due = goal === undefined ? 'no' : 'again';
    },
  };
}
