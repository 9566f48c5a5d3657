import type { NudgeloopError } from '../../errors.ts';
import type { Backoff } from '../../model/inspection.ts';
import type { Nudge } from '../../model/nudge.ts';
import type { GroupCommit } from '../commit/group-commit.ts';
import { UNCHANGED } from '../commit/loop-store.ts';
import { basisOf } from '../state/basis-of.ts';
import { GOAL_TRY, type LoopState, type Try } from '../state/loop-state.ts';
import { concludePiece, postponeAction } from '../state/pending.ts';
import type { Judgement } from '../strategies/judge.ts';
import { applyActions, applyGoal } from './apply.ts';
import { backoffAfter, failuresAfter, roomWaitAfter } from './backoff.ts';
import type { LoopRuntime } from './loop-runtime.ts';
import { setAside } from './set-aside.ts';
import type { Task } from './task.ts';
import { takenBack } from './tries.ts';

// What becomes of a try. If another run overtook this one, nothing of it is stored, and an answer does not count as a try.

/**
 * The try of a run; undefined if another host took over or the loop was erased: then the stored try is not this run's.
 */
function tryAt(state: LoopState, { key, fence, incarnation }: Task): Try | undefined {
  return state.fence === fence && state.incarnation === incarnation ? state.tries[key] : undefined;
}

/**
 * Stores what the strategy answered. If history or goal changed since, the work is taken up again instead.
 *
 * @returns undefined if nothing came of it
 */
export async function finish(
  changes: GroupCommit,
  runtime: LoopRuntime,
  task: Task,
  judgement: Judgement | undefined,
): Promise<Nudge[] | undefined> {
  const { key, actions, basis, fence, incarnation } = task;
  return changes.submit<Nudge[] | undefined>(async (transaction, state, log) => {
    const known = state.tries[key];
    if (state.incarnation !== incarnation || known === undefined) return UNCHANGED;
    if (state.fence !== fence || basisOf(state) !== basis) {
      // The try did not fail, it came too late: that must not count against the actions.
      state.tries[key] = takenBack(known);
      return undefined;
    }
    state.backoff = null;
    if (key === GOAL_TRY) {
      delete state.tries[GOAL_TRY];
      return applyGoal(transaction, state, { ...runtime, log }, judgement);
    }
    await concludePiece(transaction, state, key, actions.length);
    return applyActions(transaction, state, { ...runtime, log }, actions, judgement && { judgement });
  });
}

/**
 * Takes back a try whose outcome found no room on the disk, which is not a failure of the strategy. Everything waits,
 * since the next outcome would find no room either. After that the others go first, and of several actions half are
 * tried.
 *
 * @returns when to come back; null if there is no room for this change either: then no try can begin, so none is
 * counted
 */
export async function excuse(changes: GroupCommit, { clock, loop }: LoopRuntime, task: Task): Promise<number | null> {
  const excused = changes.submit<number>(async (_transaction, state, log) => {
    const known = tryAt(state, task);
    if (known === undefined) return UNCHANGED;
    const now = clock.now();
    const wait = roomWaitAfter(failuresAfter(state.backoff), now);
    state.backoff = wait;
    state.tries[task.key] = { ...takenBack(known), size: Math.ceil(known.size / 2), until: wait.until };
    log.warn('worker.backoff', { loop, code: 'storage.quota', failures: wait.failures, waitMs: wait.until - now });
    return wait.until;
  });
  return (await excused.catch(() => null)) ?? null;
}

/**
 * Notes a failure. A piece of several is halved at once. A single action waits for its next try, or is set aside after
 * the last one. After several failures in a row everything waits.
 *
 * @returns when to come back; null to go on with the next
 */
export async function fail(
  changes: GroupCommit,
  runtime: LoopRuntime,
  task: Task,
  error: NudgeloopError,
  isBroken: boolean,
): Promise<number | null> {
  const { clock, log, loop, pollInterval, maxAttempts } = runtime;
  const { key, actions } = task;
  log.warn('strategy.failed', { loop, code: error.code, attempts: task.attempts });
  const retryAt = await changes.submit<number | null>(async (transaction, state, inner) => {
    const known = tryAt(state, task);
    if (known === undefined) return UNCHANGED;
    // Fewer than the task says if this run overtook others, whose tries were taken back since.
    const { attempts } = known;
    const now = clock.now();
    const waitAfter = (failures: number): Backoff => {
      const wait = backoffAfter(failures, pollInterval, now);
      inner.warn('worker.backoff', { loop, failures, waitMs: wait.until - now });
      return wait;
    };
    if (actions.length > 1) state.tries[key] = { ...known, until: 0 };
    else if (attempts >= maxAttempts) await setAside(transaction, state, { ...runtime, log: inner }, task, error);
    else {
      const { until } = waitAfter(attempts);
      if (key === GOAL_TRY) state.tries[key] = { ...known, until };
      else await postponeAction(transaction, state, key, actions[0]!, { attempts, until });
    }
    if (!isBroken) return null;
    state.backoff = waitAfter(failuresAfter(state.backoff));
    return state.backoff.until;
  });
  return retryAt ?? null;
}
