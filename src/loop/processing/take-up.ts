import { NudgeloopError } from '../../errors.ts';
import type { WriteTransaction } from '../../storage/persistence.ts';
import type { GroupCommit } from '../commit/group-commit.ts';
import { UNCHANGED } from '../commit/loop-store.ts';
import { basisOf } from '../state/basis-of.ts';
import { GOAL_TRY, hasGoal, type LoopState } from '../state/loop-state.ts';
import type { WaitingEntry } from '../state/pending.ts';
import { readCase } from './apply.ts';
import { endOfWait } from './backoff.ts';
import type { LoopRuntime } from './loop-runtime.ts';
import { setAside } from './set-aside.ts';
import type { Task } from './task.ts';
import { beginTry, nextEntry, nextTryAt } from './tries.ts';

/** The result of a look at the pending work. */
export interface TakenUp {
  /** Undefined if there is nothing to do at the moment. */
  readonly task?: Task | undefined;
  /** Something was set aside instead; look again. */
  readonly isSetAside?: boolean;
  /** When to come back, in epoch milliseconds; null if nothing is left. */
  readonly nextAt: number | null;
}

/** Why actions are set aside if the worker was stopped at every try. */
const DIED = new NudgeloopError('strategy.timeout', 'The worker was stopped at every attempt.', { problem: 'worker stopped' });

/**
 * Takes up the next piece of pending work. The try is counted and stored before the strategy runs.
 *
 * @param fence the number of this run; undefined to begin one
 */
export async function takeUp(changes: GroupCommit, runtime: LoopRuntime, fence: number | undefined): Promise<TakenUp> {
  let idle: number | null = null;
  const taken = await changes.submit<TakenUp>(async (transaction, state, log) => {
    const now = runtime.clock.now();
    if (fence !== undefined && state.fence !== fence) {
      // Another host runs now. Its waits are not ours, so look again later.
      idle = now + runtime.pollInterval;
      return UNCHANGED;
    }
    const end = endOfWait(state.backoff?.until, now);
    if (end > 0) {
      idle = end;
      return UNCHANGED;
    }
    const isGoal = state.goalPending && endOfWait(state.tries[GOAL_TRY]?.until, now) === 0;
    const entry = isGoal ? undefined : await nextEntry(transaction, state, now);
    if (entry === undefined && !isGoal) {
      idle = nextTryAt(state, now);
      // A count without entries means damaged rows; correct the count.
      if (idle !== null || state.pending.count === 0) return UNCHANGED;
      state.pending = { ...state.pending, first: state.pending.next, count: 0, bytes: 0 };
      return { nextAt: null };
    }
    if (fence === undefined) state.fence += 1;
    return begin(transaction, state, { ...runtime, log }, entry, now);
  });
  return taken ?? { nextAt: idle };
}

async function begin(
  transaction: WriteTransaction,
  state: LoopState,
  runtime: LoopRuntime,
  entry: WaitingEntry | undefined,
  now: number,
): Promise<TakenUp> {
  const key = entry?.seq ?? GOAL_TRY;
  const { attempts, size } = beginTry(state, key, entry?.actions.length ?? 1, now, runtime.maxAttempts);
  const actions = entry?.actions.slice(0, size) ?? [];
  const piece = { key, actions, attempts };
  // Tries without a recorded failure stopped the worker itself, as an endless loop does.
  if (attempts > runtime.maxAttempts) {
    await setAside(transaction, state, runtime, piece, DIED);
    return { isSetAside: true, nextAt: null };
  }
  // Without a goal, or without an action to judge again, there is nothing to ask the strategy.
  const isAsked = hasGoal(state) && (entry !== undefined || state.history.count > 0);
  const given = isAsked ? await readCase(transaction, state, runtime, entry && actions) : undefined;
  const { fence, incarnation } = state;
  return { task: { ...piece, given, basis: basisOf(state), fence, incarnation }, nextAt: null };
}
