import type { Action } from '../../model/action.ts';
import type { Case } from '../strategies/judge.ts';

/** A piece of work taken up. */
export interface Task {
  /** What is tried: a pending entry's `seq`, or `GOAL_TRY`. */
  readonly key: number;
  /** The actions that are judged; none for a changed goal. */
  readonly actions: readonly Action[];
  /** Tries at this piece, with this one. */
  readonly attempts: number;
  /** What the strategy is asked; undefined when there is nothing to ask it. */
  readonly given: Case | undefined;
  /** What it was read from: with another history or goal, a judgement of it is stale. */
  readonly basis: string;
  /** The run that took it up. */
  readonly fence: number;
  readonly incarnation: string;
}
