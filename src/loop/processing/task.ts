import type { Action } from '../../model/action.ts';
import type { Case } from '../strategies/judge.ts';

/** A piece of work that was taken up. */
export interface Task {
  /** What is tried: a pending entry's `seq`, or `GOAL_TRY`. */
  readonly key: number;
  /** The actions to judge; none for a changed goal. */
  readonly actions: readonly Action[];
  /** Tries at this piece, including this one. */
  readonly attempts: number;
  /** What the strategy is asked; undefined if there is nothing to ask. */
  readonly given: Case | undefined;
  /** What it was read from. If history or goal changes, a judgement of it is stale. */
  readonly basis: string;
  /** The run that took it up. */
  readonly fence: number;
  readonly incarnation: string;
}
