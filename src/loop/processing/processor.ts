import { isNudgeloopError, toNudgeloopError, type NudgeloopError } from '../../errors.ts';
import type { Backoff } from '../../model/inspection.ts';
import type { Nudge } from '../../model/nudge.ts';
import type { GroupCommit } from '../commit/group-commit.ts';
import { UNCHANGED } from '../commit/loop-store.ts';
import { basisOf } from '../state/basis-of.ts';
import type { LoopState, Try } from '../state/loop-state.ts';
import { concludePiece, postponeAction } from '../state/pending.ts';
import { judgeSafely, type Judgement } from '../strategies/judge.ts';
import { applyActions, applyGoal, type LoopRuntime } from './apply.ts';
import { backoffAfter, failuresAfter, roomWaitAfter } from './backoff.ts';
import { setAside } from './set-aside.ts';
import { takeUp } from './take-up.ts';
import type { Task } from './task.ts';
import { GOAL_TRY, takeBackTry } from './tries.ts';

/** What a run over the pending work did. */
export interface ProcessResult {
  /** Actions that were judged. */
  readonly processed: number;
  readonly nudges: readonly Nudge[];
  /** When to come back, in epoch milliseconds; null if nothing is left. */
  readonly nextAt: number | null;
}

/** The result if there is nothing to do, or nothing that this worker can do. */
export const nothingDone = (): ProcessResult => ({ processed: 0, nudges: [], nextAt: null });

/** What a run asks and reports. */
export interface ProcessHooks {
  /** If it returns true, the run ends after the current piece; another worker continues with the rest. */
  readonly isStopped: () => boolean;
  /** Called with the nudges of each piece once they are stored. */
  readonly told: (nudges: readonly Nudge[]) => void;
}

/** How long one run may take, in milliseconds. Firefox stops a worker after half a minute, even during `waitUntil`. */
const RUN_BUDGET_MS = 20_000;

/** After so many failures in a row the strategy itself counts as broken, not its input. */
const FAILURES_IN_ROW = 3;

/**
 * Processes pending work with an untrusted strategy. First the try is counted and stored. Then the strategy runs
 * outside any transaction. Then its answer and the removal from pending are stored in one transaction. So a worker that
 * is stopped at any point loses nothing and does nothing twice.
 *
 * If an action fails, it is retried after a wait of its own, while the others go on. If a call of several fails,
 * halving finds the culprit.
 *
 * @param changes the loop's queue
 * @param runtime its settings
 * @throws NudgeloopError if an outcome can't be stored, usually a `storage.…` code; earlier outcomes are stored, and
 * were told
 */
export async function processPending(
  changes: GroupCommit,
  runtime: LoopRuntime,
  { isStopped, told }: ProcessHooks,
): Promise<ProcessResult> {
  const { clock } = runtime;
  const nudges: Nudge[] = [];
  let processed = 0;
  let fence: number | undefined;
  let failures = 0;
  let isOver = false;
  const cancel = clock.schedule(RUN_BUDGET_MS, () => (isOver = true));
  try {
    for (;;) {
      if (isStopped() || isOver) return { processed, nudges, nextAt: clock.now() };
      const { task, isSetAside = false, nextAt } = await takeUp(changes, runtime, fence);
      if (isSetAside) continue;
      if (task === undefined) return { processed, nudges, nextAt };
      fence = task.fence;
      let judgement: Judgement | undefined;
      try {
        judgement = task.given && (await judgeSafely(runtime.strategy, task.given, clock, runtime.strategyDeadline));
      } catch (error) {
        const cause = toNudgeloopError(error, 'strategy.failed');
        // A larger piece is about to be halved, and one that failed before has its own wait: neither says anything new
        // about the strategy. But a timeout costs its time at each try.
        const isNews = task.actions.length <= 1 && task.attempts === 1;
        if (isNews || cause.code === 'strategy.timeout') failures += 1;
        const retryAt = await fail(changes, runtime, task, cause, failures >= FAILURES_IN_ROW);
        if (retryAt !== null) return { processed, nudges, nextAt: retryAt };
        continue;
      }
      let made: Nudge[] | undefined;
      try {
        made = await finish(changes, runtime, task, judgement);
      } catch (error) {
        const retryAt = isNudgeloopError(error, 'storage.quota') ? await excuse(changes, runtime, task) : null;
        if (retryAt === null) throw error;
        return { processed, nudges, nextAt: retryAt };
      }
      if (made === undefined) continue;
      failures = 0;
      told(made);
      nudges.push(...made);
      processed += task.actions.length;
    }
  } finally {
    cancel();
  }
}

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
async function finish(
  changes: GroupCommit,
  runtime: LoopRuntime,
  task: Task,
  judgement: Judgement | undefined,
): Promise<Nudge[] | undefined> {
  const { key, actions, basis } = task;
  return changes.submit<Nudge[] | undefined>(async (transaction, state, log) => {
    if (tryAt(state, task) === undefined) return UNCHANGED;
    if (basisOf(state) !== basis) {
      // The try did not fail, it came too late: that must not count against the actions.
      takeBackTry(state, key);
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
async function excuse(changes: GroupCommit, { clock, loop }: LoopRuntime, task: Task): Promise<number | null> {
  const excused = changes.submit<number>(async (_transaction, state, log) => {
    const known = tryAt(state, task);
    if (known === undefined) return UNCHANGED;
    const now = clock.now();
    const wait = roomWaitAfter(failuresAfter(state.backoff), now);
    state.backoff = wait;
    state.tries[task.key] = { ...known, attempts: Math.max(0, known.attempts - 1), size: Math.ceil(known.size / 2), until: wait.until };
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
async function fail(
  changes: GroupCommit,
  runtime: LoopRuntime,
  task: Task,
  error: NudgeloopError,
  isBroken: boolean,
): Promise<number | null> {
  const { clock, log, loop, pollInterval, maxAttempts } = runtime;
  const { key, actions, attempts } = task;
  log.warn('strategy.failed', { loop, code: error.code, attempts });
  const retryAt = await changes.submit<number | null>(async (transaction, state, inner) => {
    const known = tryAt(state, task);
    if (known === undefined) return UNCHANGED;
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
