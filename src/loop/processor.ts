import { NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { PendingEntry } from '../model/inspection.ts';
import type { Nudge } from '../model/nudge.ts';
import type { WriteTransaction } from '../storage/persistence.ts';
import { applyActions, applyGoal, hasGoal, readCase, type LoopRuntime } from './apply.ts';
import { isBackingOff, nextBackoff } from './backoff.ts';
import type { GroupCommit } from './group-commit.ts';
import { judgeSafely, type Case, type Judgement } from './judge.ts';
import type { LoopState } from './loop-state.ts';
import { UNCHANGED } from './loop-store.ts';
import { buryPending, MAX_ATTEMPTS, readPending, removePending } from './pending.ts';

/** What a run over the pending work did. */
export interface ProcessResult {
  /** Actions that were judged. */
  readonly processed: number;
  readonly nudges: readonly Nudge[];
  /** When to come back, in epoch milliseconds; null when nothing is left. */
  readonly nextAt: number | null;
}

/** A piece of work taken up: the entry (none for a changed goal), what is judged, and what it was read from. */
interface Task {
  readonly entry: PendingEntry | undefined;
  readonly given: Case | undefined;
  readonly basis: string;
  readonly incarnation: string;
}

/** The key under which tries at a changed goal are counted, beside those at pending entries. */
export const GOAL_ATTEMPTS = -1;

/** What comes of a judgement of a past that is no more. */
const STALE: Nudge[] = [];

/** The basis of a task that was ended instead of taken up. */
const SET_ASIDE = 'set aside';

/** Why actions are set aside whose every try ended with the end of the worker. */
const DIED = new NudgeloopError('strategy.timeout', 'The worker was stopped at every try.', { problem: 'worker stopped' });

/**
 * Works off what is pending, oldest first, with a strategy that is not trusted: the try is counted and stored, then the
 * strategy runs outside any transaction, then its answer and the removal from pending are stored in one step. A worker
 * that is stopped at any point loses nothing and does nothing twice.
 *
 * @param changes the loop's queue
 * @param runtime its settings
 * @param isStopped ends it after the current entry; another worker goes on with the rest
 */
export async function processPending(
  changes: GroupCommit,
  runtime: LoopRuntime,
  isStopped: () => boolean,
): Promise<ProcessResult> {
  const nudges: Nudge[] = [];
  let processed = 0;
  for (;;) {
    if (isStopped()) return { processed, nudges, nextAt: runtime.clock.now() };
    const { task, waitUntil } = await takeUp(changes, runtime);
    if (task === undefined) return { processed, nudges, nextAt: waitUntil };
    if (task.basis === SET_ASIDE) continue;
    let judgement: Judgement | undefined;
    try {
      judgement = task.given && (await judgeSafely(runtime.strategy, task.given, runtime.clock, runtime.strategyDeadline));
    } catch (error) {
      const retryAt = await fail(changes, runtime, task, toNudgeloopError(error, 'strategy.failed'));
      if (retryAt !== null) return { processed, nudges, nextAt: retryAt };
      continue;
    }
    const made = await finish(changes, runtime, task, judgement);
    if (made === UNCHANGED || made === STALE) continue;
    nudges.push(...made);
    processed += task.entry?.actions.length ?? 0;
  }
}

async function takeUp(
  changes: GroupCommit,
  runtime: LoopRuntime,
): Promise<{ readonly task: Task | undefined; readonly waitUntil: number | null }> {
  let waitUntil: number | null = null;
  const task = await changes.submit<Task>(async (transaction, state) => {
    waitUntil = isBackingOff(state.backoff, runtime.clock.now()) ? state.backoff.until : null;
    if (waitUntil !== null) return UNCHANGED;
    const [entry] = state.goalPending ? [] : await readPending(transaction, state, 1);
    if (entry === undefined && !state.goalPending) return UNCHANGED;
    const key = entry?.seq ?? GOAL_ATTEMPTS;
    const attempts = (state.attempts[key] ?? 0) + 1;
    state.attempts[key] = attempts;
    // Tries that left no failure behind took the worker down with them: an endless loop does that.
    if (attempts > MAX_ATTEMPTS) {
      await setAside(transaction, state, runtime, entry, DIED);
      return { entry: undefined, given: undefined, basis: SET_ASIDE, incarnation: state.incarnation };
    }
    // Without a goal, or without an action to judge anew, there is nothing to ask the strategy.
    const isAsked = hasGoal(state) && (entry !== undefined || state.history.count > 0);
    return {
      entry: entry && { ...entry, attempts },
      given: isAsked ? await readCase(transaction, state, runtime, entry?.actions) : undefined,
      basis: basisOf(state),
      incarnation: state.incarnation,
    };
  });
  return { task: task === UNCHANGED ? undefined : task, waitUntil };
}

/** Stores what the strategy answered, unless it judged a past that is no more: then the work is taken up again. */
function finish(
  changes: GroupCommit,
  runtime: LoopRuntime,
  { entry, basis, incarnation }: Task,
  judgement: Judgement | undefined,
): Promise<Nudge[] | typeof UNCHANGED> {
  return changes.submit<Nudge[]>(async (transaction, state) => {
    if (basisOf(state) !== basis) {
      // It did not fail, it came too late: that must not count against the actions.
      const key = entry?.seq ?? GOAL_ATTEMPTS;
      if (state.incarnation === incarnation && state.attempts[key] !== undefined) state.attempts[key] -= 1;
      return STALE;
    }
    const isThere = entry === undefined ? state.goalPending : (await readPending(transaction, state, 1))[0]?.seq === entry.seq;
    if (!isThere) return UNCHANGED;
    state.backoff = null;
    if (entry === undefined) {
      delete state.attempts[GOAL_ATTEMPTS];
      return applyGoal(transaction, state, runtime, judgement);
    }
    await removePending(transaction, state, entry.seq);
    return applyActions(transaction, state, runtime, entry.actions, judgement);
  });
}

/**
 * Notes a failure: a wait, or after too many of them the end of it.
 *
 * @returns when to come back, null when the work was set aside and the next can be taken up
 */
async function fail(
  changes: GroupCommit,
  runtime: LoopRuntime,
  { entry, incarnation }: Task,
  error: NudgeloopError,
): Promise<number | null> {
  const { clock, log, loop, pollInterval } = runtime;
  log.warn('strategy.failed', { loop, code: error.code, attempts: entry?.attempts ?? 0 });
  const until = await changes.submit<number | null>(async (transaction, state) => {
    if (state.incarnation !== incarnation) return UNCHANGED;
    const attempts = state.attempts[entry?.seq ?? GOAL_ATTEMPTS] ?? 0;
    if (attempts < MAX_ATTEMPTS) {
      state.backoff = nextBackoff(state.backoff, pollInterval, clock.now());
      log.warn('worker.backoff', { loop, failures: state.backoff.failures, waitMs: state.backoff.until - clock.now() });
      return state.backoff.until;
    }
    await setAside(transaction, state, runtime, entry, error);
    return null;
  });
  return until === UNCHANGED ? null : until;
}

/** Ends the tries at something: actions become a dead letter, a changed goal waits for the next action. */
async function setAside(
  transaction: WriteTransaction,
  state: LoopState,
  { clock, log, loop }: LoopRuntime,
  entry: PendingEntry | undefined,
  error: NudgeloopError,
): Promise<void> {
  state.backoff = null;
  if (entry === undefined) {
    state.goalPending = false;
    delete state.attempts[GOAL_ATTEMPTS];
    log.warn('goal.given-up', { loop, code: error.code });
  } else if ((await readPending(transaction, state, 1))[0]?.seq === entry.seq) {
    await buryPending(transaction, state, entry, error.toData(), clock.now());
    log.warn('action.dead-lettered', { loop, actions: entry.actions.length, code: error.code });
  }
}

/** What a judgement depends on: another history or goal makes it stale. */
function basisOf(state: LoopState): string {
  return `${state.incarnation}/${state.history.first}/${state.history.next}/${state.history.count}/${state.goalVersion}`;
}
