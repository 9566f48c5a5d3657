import { isNudgeloopError, toNudgeloopError } from '../../errors.ts';
import type { Nudge } from '../../model/nudge.ts';
import type { GroupCommit } from '../commit/group-commit.ts';
import { judgeSafely, type Judgement } from '../strategies/judge.ts';
import type { LoopRuntime } from './loop-runtime.ts';
import { excuse, fail, finish } from './outcomes.ts';
import { takeUp } from './take-up.ts';

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
  const end = (nextAt: number | null): ProcessResult => ({ processed, nudges, nextAt });
  try {
    for (;;) {
      if (isStopped() || isOver) return end(clock.now());
      const { task, isSetAside = false, nextAt } = await takeUp(changes, runtime, fence);
      if (isSetAside) continue;
      if (task === undefined) return end(nextAt);
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
        if (retryAt !== null) return end(retryAt);
        continue;
      }
      let made: Nudge[] | undefined;
      try {
        made = await finish(changes, runtime, task, judgement);
      } catch (error) {
        const retryAt = isNudgeloopError(error, 'storage.quota') ? await excuse(changes, runtime, task) : null;
        if (retryAt === null) throw error;
        return end(retryAt);
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
